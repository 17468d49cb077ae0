// Opens pages at phone, laptop and print width, in light and dark; exits with 1 if a page asks for
// anything from outside, complains on the console, is wider than the screen, or breaks a rule of axe.
// Usage: node pages.mjs CHROMIUM FOLDER PAGE.html...
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename } from "node:path";
import { chromium } from "playwright-core";

const [executablePath, folder, ...pages] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SIZES = { phone: [375, 812], laptop: [1280, 900], print: [718, 1000] };
const quiet = ["--disable-gpu", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--no-sandbox"];
const browser = await chromium.launch({ executablePath, args: quiet });
let failed = false;
for (const path of pages) {
  for (const [size, [width, height]] of Object.entries(SIZES)) {
    for (const colorScheme of size === "print" ? ["light"] : ["light", "dark"]) {
      // The page's own policy allows no script: axe needs it set aside.
      const context = await browser.newContext({ viewport: { width, height }, colorScheme, bypassCSP: true });
      const page = await context.newPage();
      const told = [];
      page.on("request", (request) => /^(file|data):/.test(request.url()) || told.push(`asks for ${request.url()}`));
      page.on("console", (message) => told.push(`console: ${message.text()}`));
      page.on("pageerror", (error) => told.push(`error: ${error}`));
      if (size === "print") await page.emulateMedia({ media: "print" });
      await page.goto(`file://${path}`);
      const beyond = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (beyond > 0) told.push(`${beyond} pixels wider than the screen`);
      // Texts of one chart that lie over each other; boxes of slanted ones do although they do not.
      told.push(...await page.evaluate(() => [...document.querySelectorAll(".chart svg")].flatMap((svg) => {
        const boxes = [...svg.querySelectorAll("text")].filter((text) => text.textContent.trim() && !/rotate/.test(text.getAttribute("transform")))
          .map((text) => [text.textContent, text.getBoundingClientRect()]);
        const over = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2
          && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 0.35 * Math.min(a.height, b.height);
        return boxes.flatMap(([text, box], at) => boxes.slice(at + 1).filter(([, other]) => over(box, other))
          .map(([other]) => `in ${svg.querySelector("title").textContent}: "${text}" over "${other}"`));
      })));
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => window.axe.run(document));
      told.push(...violations.map((rule) => `axe ${rule.id}: ${rule.nodes.length} of ${rule.nodes[0].target}`));
      const name = `${basename(path, ".html")}-${size}-${colorScheme}`;
      console.log(`${name}: ${told.length ? told.join("; ") : "nothing to complain of"}`);
      failed ||= told.length > 0;
      await page.screenshot({ path: `${folder}/${name}.png`, fullPage: size !== "laptop" });
      await context.close();
    }
  }
}
await browser.close();
process.exit(failed ? 1 : 0);
