import { init } from "$bundle";

// Redoc asks its makers' host six times a visit unless this is said.
init("$openapi", { disableTelemetry: true }, document.getElementById("interface"));
