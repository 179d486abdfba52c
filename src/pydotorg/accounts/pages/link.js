// What the pages of mailed links share.

/** The token of the link; it stays in no address, so neither in the history nor on a screen that others see. */
export const token = location.hash.slice(1);
history.replaceState(null, "", location.pathname);
// another link that is opened in this tab changes nothing but what stands behind the #
addEventListener("hashchange", () => location.reload());

const told = document.getElementById("told");

/** Says something, on the screen and to who listens. */
export function tell(text, kind) {
  told.textContent = text;
  told.className = kind;
}

/** Lets the form send what `body` gives; `done` is said once the service has done it. */
export function serve(form, path, body, done) {
  if (!token) {
    tell("This address lacks its token. Open the link in the mail once more.", "refusal");
    return;
  }
  form.hidden = false;
  const button = form.querySelector("button");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    tell("One moment …", "");
    const refusal = await send(path, { token, ...body() });
    button.disabled = false;
    form.hidden = refusal === null;
    tell(refusal ?? done, refusal === null ? "success" : "refusal");
  });
}

/** Why the service refuses it; null if it does not. */
async function send(path, body) {
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      credentials: "omit",
      body: JSON.stringify(body),
    });
    return answer.ok ? null : reason(await answer.json());
  } catch {
    return "The service cannot be reached. Try again in a moment.";
  }
}

function reason({ detail, extra }) {
  const spent = (extra.errors ?? []).find(({ field }) => field === "token");
  return spent ? "This link " + spent.message + ". Ask for a new mail." : detail;
}
