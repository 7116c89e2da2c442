// Which of Lightning's icons the screens need: thousands of them would take most of the building.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const TEMPLATES = /iconSvgTemplates\w*[\\/]buildTemplates[\\/]templates\.js$/;
const NAME = /\b(action|custom|doctype|standard|utility):(\w+)/g;

function sources(folder) {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) {
            return entry.name.startsWith("iconSvgTemplates") ? [] : sources(path);
        }
        return /\.(html|js)$/.test(entry.name) ? [path] : [];
    });
}

/** Returns a plugin that leaves out every icon that is named nowhere in the folders. */
export function onlyNamedIcons(folders) {
    const named = new Set();
    for (const path of folders.flatMap(sources)) {
        for (const [, set, name] of readFileSync(path, "utf8").matchAll(NAME)) {
            named.add(`${set}_${name}`);
        }
    }
    return {
        name: "only-named-icons",
        load(id) {
            if (!TEMPLATES.test(id)) {
                return null;
            }
            const all = readFileSync(id, "utf8").matchAll(/import \{ default as (\w+) \} from '(.*?)'/g);
            const kept = [...all].filter(([, name]) => named.has(name));
            const imports = kept.map(([, name, path]) => `import ${name} from ${JSON.stringify(join(dirname(id), path))};`);
            return `${imports.join("\n")}\nexport default { ${kept.map(([, name]) => name).join(", ")} };`;
        }
    };
}
