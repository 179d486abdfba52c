Scalar.createApiReference("#interface", {
  url: "$openapi",
  // Nothing is asked of another host …
  proxyUrl: "",
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  hideClientButton: true,
  showDeveloperTools: "never",
  // … and no token outlives the visit.
  persistAuth: false,
});
