import { serve } from "$link";

const form = document.getElementById("form");
const { password, again } = form.elements;

form.addEventListener("input", () => {
  again.setCustomValidity(password.value === again.value ? "" : "The two passwords differ.");
});

serve(
  form,
  "/api/auth/reset-password",
  () => ({ password: password.value }),
  "Your new password is set. Wherever you were signed in, sign in again with it.",
);
