import { LightningElement, api } from "lwc";

const LOOKS = {
    quiet: { icon: "utility:info", variant: "" },
    care: { icon: "utility:clock", variant: "warning" },
    alarm: { icon: "utility:warning", variant: "error" },
    good: { icon: "utility:success", variant: "success" }
};

/** A heading and a sentence in a tone: quiet, care, alarm or good. What is put inside comes below them. */
export default class SvNotice extends LightningElement {
    @api heading;
    @api text;
    @api tone = "quiet";

    get look() {
        return LOOKS[this.tone] ?? LOOKS.quiet;
    }

    get boxClass() {
        return `box tone-${this.tone}`;
    }

    get role() {
        return this.tone === "alarm" ? "alert" : "note";
    }
}
