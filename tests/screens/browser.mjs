// Serves the built screens on this machine and opens them in Chromium, on a fixed day.
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { extname, join, normalize } from "node:path";
import { TODAY } from "./sample/member.js";

const fromPackage = createRequire(
    new URL("../../connectors/salesforce/package/package.json", import.meta.url)
);
const { chromium } = fromPackage("playwright-core");
const AXE = fromPackage.resolve("axe-core/axe.min.js");
const KINDS = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };
const FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync"
];

function serve(folder) {
    const server = createServer((request, response) => {
        const path = normalize(new URL(request.url, "http://here").pathname);
        const file = join(folder, path === "/" ? "index.html" : path);
        response.writeHead(existsSync(file) ? 200 : 404, { "Content-Type": KINDS[extname(file)] ?? "text/plain" });
        response.end(existsSync(file) ? readFileSync(file) : "");
    });
    return new Promise((done) => {
        server.listen(0, "127.0.0.1", () => done(server));
    });
}

/** Opens the built screens; `show(query, size)` gives a page with what went wrong on it in `page.faults`. */
export async function open(folder) {
    const server = await serve(folder);
    const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
    const browser = await chromium.launch({ executablePath, args: FLAGS });
    const show = async (query, { width = 720, height = 900 } = {}) => {
        const context = await browser.newContext({ viewport: { width, height }, reducedMotion: "reduce", locale: "en-US" });
        const page = await context.newPage();
        page.faults = [];
        page.on("pageerror", (error) => page.faults.push(String(error)));
        page.on("console", (said) => said.type() === "error" && page.faults.push(said.text()));
        await page.clock.setFixedTime(new Date(`${TODAY}T15:00:00Z`));
        await page.goto(`http://127.0.0.1:${server.address().port}/?${query}`);
        const busy = query.includes("case=loading");
        await page.waitForFunction((loads) => {
            const spins = document.querySelector("main")?.textContent && document.querySelector("lightning-spinner");
            return document.querySelector("main") && (loads || !spins);
        }, busy);
        return page;
    };
    const close = async () => {
        await browser.close();
        server.close();
    };
    return { show, close };
}

/** Returns what axe finds wrong with a page: one sentence a finding. */
export async function violations(page) {
    await page.addScriptTag({ path: AXE });
    const { violations: found } = await page.evaluate(() => window.axe.run(document.querySelector("main"), { resultTypes: ["violations"], preload: false }));
    return found.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help} at ${node.html.slice(0, 160)}`));
}
