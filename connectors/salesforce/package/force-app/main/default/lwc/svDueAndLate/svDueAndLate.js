import { LightningElement, api, wire } from "lwc";
import { getRecord } from "lightning/uiRecordApi";
import { graphql } from "lightning/graphql";
import { NavigationMixin } from "lightning/navigation";
import { encodeDefaultFieldValues } from "lightning/pageReferenceUtils";
import TIME_ZONE from "@salesforce/i18n/timeZone";
import {
    common,
    explained,
    fill,
    goalQuery,
    goalsOf,
    listen,
    memberOf,
    neededFields,
    optionalFields,
    today
} from "c/svShared";
import labels from "./labels";
import { sidesOf } from "./sides";

/** What is due and late on both sides, ours first: tick off what is done, see what inaction costs. */
export default class SvDueAndLate extends NavigationMixin(LightningElement) {
    @api recordId;
    @api objectApiName;

    labels = labels;
    common = common;
    goals;
    failure;
    memberName = "";
    said = "";

    @wire(getRecord, { recordId: "$recordId", fields: "$needed", optionalFields: "$optional" })
    seenMember({ data }) {
        this.memberName = data ? (memberOf(data).Name ?? "") : "";
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
        return !this.goals.some((goal) => goal.accountabilities.length);
    }

    get canAddNow() {
        return Boolean(this.goals?.length);
    }

    get sides() {
        return sidesOf(this.goals, this.now).map((side) => this.titled(side));
    }

    get summary() {
        const [ours, together, theirs] = this.sides;
        const late = [
            { key: "ours", count: ours.late, words: labels.lateOurs },
            { key: "together", count: together.late, words: labels.lateTogether },
            { key: "theirs", count: theirs.late, words: labels.lateTheirs }
        ].filter(({ count }) => count);
        const soon = ours.soon + together.soon + theirs.soon;
        const told = late.map(({ key, count, words }) => ({ key, text: fill(words, count), look: "chip late" }));
        return [
            ...(told.length ? told : [{ key: "none", text: labels.onTime, look: "chip fine" }]),
            ...(soon ? [{ key: "soon", text: fill(labels.soon, soon), look: "chip" }] : [])
        ];
    }

    titled(side) {
        const theirs = this.memberName ? fill(labels.theirs, this.memberName) : labels.theirsUnnamed;
        return {
            ...side,
            title: { ours: labels.ours, together: labels.together, theirs }[side.key],
            quiet: !side.now.length,
            laterText: side.later.length ? fill(labels.later, side.later.length) : "",
            proposedText: side.proposed.length ? fill(labels.proposed, side.proposed.length) : ""
        };
    }

    saved({ detail: { text, moved } }) {
        this.said = text;
        if (moved) {
            this.template.querySelector(".said").focus();
        }
    }

    add() {
        const [goal] = this.goals;
        this[NavigationMixin.Navigate]({
            type: "standard__objectPage",
            attributes: { objectApiName: "Joint_Accountability__c", actionName: "new" },
            state: {
                defaultFieldValues: encodeDefaultFieldValues({ Desired_Outcome__c: goal.id, Agreed_On__c: this.now }),
                navigationLocation: "RELATED_LIST"
            }
        });
    }
}
