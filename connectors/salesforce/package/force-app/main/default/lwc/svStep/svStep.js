import { api } from "lwc";
import { updateRecord } from "lightning/uiRecordApi";
import LOCALE from "@salesforce/i18n/locale";
import { fill, Form } from "c/svShared";
import labels from "./labels";
import { metricText, offerText, standingText } from "./wording";

/** One milestone as a step of the path. Marks it reached or lost again in place; fires `saved` with its words. */
export default class SvStep extends Form {
    /** A step as `stepsOf` returns it. */
    @api step;
    @api memberId;
    /** What may be brought up with the member now, as `readyFor` returns it. */
    @api ready;

    labels = labels;
    editing = false;

    get reached() {
        return this.step.state === "reached";
    }

    get look() {
        return `step ${this.step.state}`;
    }

    get shape() {
        return `shape ${this.step.type.toLowerCase()}${this.reached ? " full" : ""}`;
    }

    get standing() {
        return standingText(this.step, (day) => this.day(day));
    }

    get offer() {
        return offerText(this.step.offer, this.ready, this.common.yearly);
    }

    get ask() {
        const ask = this.step.ask ? fill(labels.ask, this.step.ask) : "";
        return ask && !this.ready.ask ? fill(labels.notNow, ask) : ask;
    }

    get metric() {
        return metricText(this.step.metric, LOCALE, (day) => this.day(day));
    }

    get button() {
        return this.reached
            ? { label: labels.undo, text: fill(labels.undoThis, this.step.name), variant: "base" }
            : { label: labels.mark, text: fill(labels.markThis, this.step.name), variant: "neutral" };
    }

    get closed() {
        return !this.editing;
    }

    get dateLabel() {
        return this.reached ? labels.undoOn : labels.markOn;
    }

    get earliest() {
        return this.reached ? this.step.achieved : null;
    }

    edit() {
        this.editing = true;
        this.focusNext = "lightning-input";
    }

    close() {
        this.editing = false;
        this.trouble = null;
        this.focusNext = "lightning-button";
    }

    async save() {
        const input = this.template.querySelector("lightning-input");
        if (!this.fits([input])) {
            return;
        }
        const changed = this.reached
            ? { Reversed_On__c: input.value }
            : { Achieved_On__c: input.value, Reversed_On__c: null };
        const { id, name } = this.step;
        const text = fill(this.reached ? labels.lostOn : labels.reachedOn, name, this.day(input.value));
        if (await this.keep(this.memberId, () => updateRecord({ fields: { Id: id, ...changed } }))) {
            this.close();
            this.dispatchEvent(new CustomEvent("saved", { detail: { text } }));
        }
    }
}
