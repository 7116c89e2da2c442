// Puts screens on a page: `?case=offCourse&show=svNextStep,svGoal` or `?case=offCourse&page=Account`.
import "@lwc/synthetic-shadow";
import { createElement } from "lwc";
import SvDueAndLate from "c/svDueAndLate";
import SvGoal from "c/svGoal";
import SvMilestonePath from "c/svMilestonePath";
import SvNextStep from "c/svNextStep";
import SvSuccessVector from "c/svSuccessVector";
import ARRANGEMENTS from "virtual:arrangements";
import { CASES } from "./sample/cases.js";
import { org } from "./stand_ins/org.js";

const SCREENS = {
    svDueAndLate: SvDueAndLate,
    svGoal: SvGoal,
    svMilestonePath: SvMilestonePath,
    svNextStep: SvNextStep,
    svSuccessVector: SvSuccessVector
};

function tagOf(name) {
    return `c-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function put(parent, name, member) {
    const element = createElement(tagOf(name), { is: SCREENS[name] });
    Object.assign(element, member);
    parent.appendChild(element);
}

function recordPage(main, member) {
    main.className = "record";
    const header = document.createElement("header");
    header.className = "record";
    const kind = document.createElement("p");
    kind.textContent = member.objectApiName;
    const name = document.createElement("h1");
    name.className = "slds-text-heading_medium";
    name.textContent = org.row(member.recordId).Name;
    header.append(kind, name);
    main.appendChild(header);
    for (const names of ARRANGEMENTS[member.objectApiName]) {
        const column = document.createElement("div");
        column.className = "column";
        main.appendChild(column);
        names.forEach((one) => put(column, one, member));
    }
}

const asked = new URLSearchParams(window.location.search);
const { member, rows, failing } = CASES[asked.get("case")](asked.get("page") ?? undefined);
org.load(rows, failing);
window.org = org;
const main = document.createElement("main");
document.body.appendChild(main);
if (asked.get("page")) {
    recordPage(main, member);
} else {
    asked.get("show").split(",").forEach((name) => put(main, name, member));
}
