import { LightningElement, api } from "lwc";

const ICONS = {
    quiet: "utility:info",
    care: "utility:clock",
    alarm: "utility:warning",
    good: "utility:success"
};

/** A heading and a sentence in a tone: quiet, care, alarm or good. What is put inside comes below them. */
export default class SvNotice extends LightningElement {
    @api heading;
    @api text;
    @api tone = "quiet";

    get icon() {
        return ICONS[this.tone] ?? ICONS.quiet;
    }

    get boxClass() {
        return `box tone-${this.tone}`;
    }

    get role() {
        return this.tone === "alarm" ? "alert" : "note";
    }
}
