import { LightningElement, api, wire } from "lwc";
import { getRecord, updateRecord } from "lightning/uiRecordApi";
import { graphql } from "lightning/graphql";
import { NavigationMixin } from "lightning/navigation";
import { encodeDefaultFieldValues } from "lightning/pageReferenceUtils";
import LOCALE from "@salesforce/i18n/locale";
import TIME_ZONE from "@salesforce/i18n/timeZone";
import {
    common,
    dayText,
    explained,
    fill,
    goalQuery,
    goalsOf,
    listen,
    memberOf,
    neededFields,
    optionalFields,
    saveFacts,
    today
} from "c/svShared";
import labels from "./labels";
import { confirmationWords, requirementWords } from "./wording";

/** The goal in the member's words: confirmed by whom, what it must be like, the last evidence, and a way to change it. */
export default class SvGoal extends NavigationMixin(LightningElement) {
    @api recordId;
    @api objectApiName;

    labels = labels;
    common = common;
    goals;
    failure;
    trouble;
    paidThrough;
    opened = null;
    saving = false;

    @wire(getRecord, { recordId: "$recordId", fields: "$needed", optionalFields: "$optional" })
    seenMember({ data }) {
        this.paidThrough = data && memberOf(data).Paid_Through__c;
    }

    @wire(graphql, { query: "$query", variables: "$variables" })
    seenGoals({ data, errors, refresh }) {
        this.refresh = refresh;
        if (data) {
            this.goals = goalsOf(data, this.now);
        }
        this.failure = errors ? explained(errors) : undefined;
    }

    connectedCallback() {
        this.stopListening = listen(
            () => this.recordId,
            () => this.refresh?.()
        );
    }

    disconnectedCallback() {
        this.stopListening();
    }

    renderedCallback() {
        const target = this.focusNext && this.template.querySelector(this.focusNext);
        if (target) {
            this.focusNext = null;
            target.focus();
        }
    }

    get needed() {
        return neededFields(this.objectApiName);
    }

    get optional() {
        return optionalFields(this.objectApiName);
    }

    get query() {
        return this.objectApiName && goalQuery(this.objectApiName);
    }

    get variables() {
        return { member: this.recordId };
    }

    get now() {
        return today(TIME_ZONE);
    }

    get loading() {
        return !this.goals && !this.failure;
    }

    get empty() {
        return !this.goals.length;
    }

    get shownGoals() {
        return this.goals.map((goal) => this.worded(goal));
    }

    worded(goal) {
        const rows = goal.requirements.map((one) => ({
            ...requirementWords(one, LOCALE, this.now),
            opened: this.opened === one.id,
            closed: this.opened !== one.id
        }));
        const beyond = this.paidThrough && goal.dueOn > this.paidThrough;
        return {
            ...goal,
            until: goal.dueOn ? fill(labels.until, this.day(goal.dueOn)) : labels.noDay,
            beyond: beyond ? fill(labels.beyond, this.day(this.paidThrough)) : "",
            confirmation: confirmationWords(goal, LOCALE, this.now),
            confirming: this.opened === `confirm-${goal.id}`,
            changing: this.opened === `change-${goal.id}`,
            confirmKey: `confirm-${goal.id}`,
            changeKey: `change-${goal.id}`,
            groups: [
                { key: "conditions", title: labels.conditions, rows: rows.filter((row) => row.kind === "Condition") },
                { key: "experience", title: labels.experience, rows: rows.filter((row) => row.kind !== "Condition") }
            ].filter((group) => group.rows.length),
            original: goal
        };
    }

    day(day) {
        return dayText(day, LOCALE, this.now);
    }

    open(event) {
        const { key, first } = event.target.dataset;
        this.opened = key;
        this.trouble = null;
        this.focusNext = first;
    }

    close() {
        this.focusNext = `[data-key="${this.opened}"]`;
        this.opened = null;
    }

    async confirm(event) {
        const { id } = event.target.dataset;
        const [by, on] = this.template.querySelectorAll(".confirming lightning-input");
        if (this.saving || !on.reportValidity()) {
            return;
        }
        const fields = { Id: id, Confirmed_By__c: by.value || null, Confirmed_On__c: on.value };
        this.saving = true;
        this.trouble = await saveFacts(this.recordId, () => updateRecord({ fields }));
        this.saving = false;
        if (!this.trouble) {
            this.close();
        }
    }

    setGoal() {
        this[NavigationMixin.Navigate]({
            type: "standard__objectPage",
            attributes: { objectApiName: "Desired_Outcome__c", actionName: "new" },
            state: {
                defaultFieldValues: encodeDefaultFieldValues({
                    [`${this.objectApiName}__c`]: this.recordId,
                    Starts_On__c: this.now
                }),
                navigationLocation: "RELATED_LIST"
            }
        });
    }
}
