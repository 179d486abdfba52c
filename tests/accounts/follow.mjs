// Somebody who opens a mailed link; his plan, an object in JSON, is the argument (`follow` in
// test_link_pages_in_a_browser.py). Prints what he saw after each step, and what the browser asked for.
import { createRequire } from "node:module";

const plan = JSON.parse(process.argv[2]);
const { chromium } = createRequire(plan.library)("playwright-core");
const told = (page) => page.locator("#told");

const steps = {
  async press(page, name) {
    await page.getByRole("button", { name }).click();
  },
  async type(page, password, again = password) {
    await page.getByLabel("New password").fill(password);
    await page.getByLabel("The same once more").fill(again);
  },
  async answered(page) {
    await page.locator(".refusal, .success").waitFor();
  },
  async reload(page) {
    await page.reload();
  },
  async open(page, url) {
    await page.goto(url);
    await page.waitForFunction(() => location.hash === "");
  },
};

const browser = await chromium.launch({ executablePath: plan.browser });
try {
  const page = await browser.newPage({ viewport: { width: 360, height: 640 } });
  page.setDefaultTimeout(15_000);
  const complaints = [];
  const requests = [];
  page.on("console", (line) => line.type() === "error" && complaints.push(line.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => requests.push(`${request.method()} ${request.url()}`));
  const seen = [];
  for (const [step, ...words] of plan.steps) {
    await steps[step](page, ...words);
    seen.push({
      address: page.url(),
      told: await told(page).textContent(),
      form: await page.locator("form").isVisible(),
      invalid: await page.locator(":invalid:not(form)").count(),
      wide: await page.evaluate(() => document.documentElement.scrollWidth > innerWidth),
    });
    if (plan.pictures) await page.screenshot({ path: `${plan.pictures}/${plan.name}-${seen.length}.png` });
  }
  console.log(JSON.stringify({ complaints, requests, seen }));
} finally {
  await browser.close();
}
