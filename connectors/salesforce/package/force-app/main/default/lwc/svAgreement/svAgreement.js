import { LightningElement, api } from "lwc";
import { updateRecord } from "lightning/uiRecordApi";
import LOCALE from "@salesforce/i18n/locale";
import TIME_ZONE from "@salesforce/i18n/timeZone";
import { dayText, daysBetween, fill, saveFacts, today } from "c/svShared";
import labels from "./labels";

/** One thing that was agreed, or proposed: ticked off, or agreed, in place. Fires `saved` with its words. */
export default class SvAgreement extends LightningElement {
    /** An item as `sidesOf` returns it. */
    @api item;
    @api memberId;

    labels = labels;
    trouble;

    get now() {
        return today(TIME_ZONE);
    }

    get look() {
        return `item${this.item.late ? " late" : ""}${this.item.done ? " done" : ""}`;
    }

    get isDone() {
        return Boolean(this.item.done);
    }

    get isProposed() {
        return this.item.when === "proposed";
    }

    get party() {
        return this.item.side === "theirs" ? this.item.shownParty : "";
    }

    get serves() {
        return this.item.milestone ? fill(labels.serves, this.item.milestone) : "";
    }

    get consequence() {
        return this.item.done ? "" : this.item.consequence;
    }

    get agreeText() {
        return fill(labels.agreeThis, this.item.name);
    }

    get whenText() {
        const { due, done, late } = this.item;
        const day = dayText(due, LOCALE, this.now);
        if (done) {
            return fill(labels.doneOn, dayText(done, LOCALE, this.now));
        }
        if (!due) {
            return labels.noDay;
        }
        if (late) {
            const days = daysBetween(due, this.now);
            return days === 1 ? fill(labels.lateSinceOne, day) : fill(labels.lateSince, day, days);
        }
        return due === this.now ? labels.dueToday : fill(labels.dueOn, day);
    }

    async write(field, value, said) {
        const { id, name } = this.item;
        const fields = { Id: id, [field]: value };
        this.trouble = await saveFacts(this.memberId, () => updateRecord({ fields }));
        if (!this.trouble) {
            const detail = { text: fill(said, name), moved: field === "Agreed_On__c" };
            this.dispatchEvent(new CustomEvent("saved", { detail }));
        }
    }

    async tick({ target }) {
        const { checked } = target;
        await this.write("Done_On__c", checked ? this.now : null, checked ? labels.saidDone : labels.saidOpen);
        if (this.trouble) {
            target.checked = !checked;
        }
    }

    agree() {
        this.write("Agreed_On__c", this.now, labels.saidAgreed);
    }
}
