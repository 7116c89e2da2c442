// Puts one screen on a page with one of the cases behind it, and looks at it as a person would.
import { createElement } from "lwc";
import { CASES } from "../sample/cases.js";
import { org } from "../stand_ins/org.js";

const ATTRIBUTES = ["label", "heading", "text", "ariaLabel"];

/** Lets what is under way come to rest. */
export async function settled() {
    for (let turn = 0; turn < 10; turn++) {
        await Promise.resolve();
    }
}

/** Returns a component that was given these values. */
export async function put(Component, values) {
    const element = createElement("c-screen", { is: Component });
    Object.assign(element, values);
    document.body.appendChild(element);
    await settled();
    return element;
}

/** Returns the screen showing a case of an Account (or Contact), after `change` had a say in it. */
export async function show(Screen, name, change = () => {}, object = "Account") {
    const made = CASES[name](object);
    change(made);
    org.load(made.rows, made.failing);
    org.opened = [];
    return put(Screen, made.member);
}

/** Returns every element below a screen, through the components inside it. */
export function all(element, selector = "*") {
    const found = [...element.shadowRoot.querySelectorAll("*")];
    const inner = found.filter((one) => one.shadowRoot).flatMap((one) => all(one, "*"));
    return [...found, ...inner].filter((one) => one.matches(selector));
}

/** Returns what a screen says: its texts, and what it hands to base components as labels. */
export function words(element) {
    const own = all(element).flatMap((one) => [
        ...[...one.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.textContent),
        ...ATTRIBUTES.map((name) => one[name])
    ]);
    return own.filter((text) => typeof text === "string" && text.trim()).join("\n");
}

/** Returns the button or field with that label, or that name for those who can't see it. */
export function labelled(element, label) {
    return all(element).find((one) => [one.label, one.ariaLabel].includes(label));
}

/** Presses the button with that label. */
export async function press(element, label) {
    labelled(element, label).click();
    await settled();
}
