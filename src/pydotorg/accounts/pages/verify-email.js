import { serve } from "$link";

serve(
  document.getElementById("form"),
  "/api/auth/verify-email",
  () => ({}),
  "Your address is confirmed. You can close this page, and sign in.",
);
