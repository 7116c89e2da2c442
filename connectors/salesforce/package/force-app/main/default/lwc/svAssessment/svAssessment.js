import { LightningElement, api } from "lwc";
import { createRecord } from "lightning/uiRecordApi";
import TIME_ZONE from "@salesforce/i18n/timeZone";
import { common, saveFacts, today } from "c/svShared";
import labels from "./labels";

/** Adds a dated reading that says whether a requirement is met. Fires `close` when it is done or given up. */
export default class SvAssessment extends LightningElement {
    @api memberId;
    @api goalId;
    @api requirementId;

    labels = labels;
    common = common;
    state = "";
    day = today(TIME_ZONE);
    saving = false;
    trouble;
    options = [
        { label: labels.met, value: "Met" },
        { label: labels.breached, value: "Breached" }
    ];

    /** Puts the focus on the first question. */
    @api focus() {
        this.template.querySelector("lightning-radio-group")?.focus();
    }

    choose(event) {
        this.state = event.detail.value;
    }

    async save() {
        const asked = ["lightning-radio-group", "lightning-input"].map((tag) => this.template.querySelector(tag));
        if (this.saving || !asked.map((input) => input.reportValidity()).every(Boolean)) {
            return;
        }
        const fields = {
            Desired_Outcome__c: this.goalId,
            Success_Requirement__c: this.requirementId,
            State__c: this.state,
            Read_On__c: this.template.querySelector("lightning-input").value,
            Note__c: this.template.querySelector("lightning-textarea").value || null
        };
        this.saving = true;
        this.trouble = await saveFacts(this.memberId, () => createRecord({ apiName: "Success_Reading__c", fields }));
        this.saving = false;
        if (!this.trouble) {
            this.close();
        }
    }

    close() {
        this.dispatchEvent(new CustomEvent("close"));
    }
}
