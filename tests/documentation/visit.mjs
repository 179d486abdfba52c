// One visit of a reader; its plan, an object in JSON, is the argument (`visit` in test_pages_in_a_browser.py).
// Prints what the page showed, asked for, complained about and kept. Fails where a reader would be stuck.
import { createRequire } from "node:module";

const visit = JSON.parse(process.argv[2]);
const { chromium } = createRequire(visit.library)("playwright-core");

const { tag, id, method, path, summary } = visit.operation;
const tagSlug = tag.toLowerCase().replaceAll(" ", "-");

const interfaces = {
  Scalar: {
    link: `/api/#tag/${tagSlug}/${method}${path}`,
    async authorise(page) {
      await page.getByText("Select Auth Type").first().click();
      await page.getByRole("option").first().click();
      await page.keyboard.press("Escape");
      await page.getByPlaceholder("Token").first().fill(visit.token);
    },
    async send(page) {
      const section = page.locator(`section[id$="tag/${tagSlug}/${method}${path}"]`);
      await section.getByRole("button", { name: "Test Request" }).click();
      await page.getByRole("button", { name: "Send" }).first().click();
      await page.getByText("200 OK").first().waitFor();
    },
  },
  "Swagger UI": {
    link: `/api/swagger#/${encodeURIComponent(tag)}/${id}`,
    async authorise(page) {
      await page.getByRole("button", { name: "Authorize", exact: true }).click();
      const form = page.locator(".auth-container");
      await form.locator("input").fill(visit.token);
      await form.locator("button[type=submit]").click();
      await page.getByRole("button", { name: "Close", exact: true }).click();
    },
    async send(page) {
      await page.getByRole("button", { name: "Try it out" }).click();
      await page.getByRole("button", { name: "Execute" }).click();
      await page.locator(".live-responses-table .response-col_status", { hasText: "200" }).waitFor();
    },
  },
  ReDoc: {
    link: `/api/redoc#/${tagSlug}/${id}`,
    async search(page) {
      await page.keyboard.press("Control+k");
      await page.getByPlaceholder("Search docs...").fill(summary);
      await page.getByTestId("search-dialog").getByText(path).first().waitFor();
    },
  },
};

const browser = await chromium.launch({
  executablePath: visit.browser,
  // Some of what an interface asks of other hosts depends on whether its own name is a local one: this one is not.
  args: ["--host-resolver-rules=MAP api.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"],
});
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(20_000);
  // Telemetry gathers for some seconds before it is sent: here a second is twenty.
  await page.addInitScript(() => {
    const wait = window.setTimeout;
    window.setTimeout = (run, milliseconds = 0, ...rest) => wait(run, milliseconds / 20, ...rest);
  });
  const complaints = [];
  const requests = [];
  page.on("console", (line) => line.type() === "error" && complaints.push(line.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => requests.push(request));

  const reader = interfaces[visit.interface];
  await page.goto(visit.origin + reader.link);
  await page.getByText(summary, { exact: true }).first().waitFor();
  for (const step of visit.steps) await reader[step](page);
  await page.waitForTimeout(1_000);
  await page.waitForLoadState("networkidle");

  const before = await kept(page);
  await page.reload({ waitUntil: "networkidle" });
  console.log(
    JSON.stringify({
      title: await page.title(),
      complaints,
      requests: await Promise.all(
        requests.map(async (request) => ({
          url: request.url(),
          failure: request.failure()?.errorText ?? null,
          authorization: await request.headerValue("authorization"),
        })),
      ),
      kept: [before, await kept(page)],
    }),
  );
} finally {
  await browser.close();
}

async function kept(page) {
  const lasting = await page.context().storageState({ indexedDB: true });
  return JSON.stringify([lasting, await page.evaluate(() => ({ ...sessionStorage }))]);
}
