import { api } from "lwc";
import USER from "@salesforce/user/Id";
import { capital, fill, MemberScreen } from "c/svShared";
import labels from "./labels";
import { askOf, offerOf, taskValues, toneOf } from "./calls";

const OFFER_WORDS = {
    ready: labels.offerReady,
    accelerator: labels.offerAccelerator,
    teedUp: labels.offerTeedUp,
    wait: labels.offerWait
};
const ASK_WORDS = { ready: labels.askReady, teedUp: labels.askTeedUp, wait: labels.askWait };

/** Who does what by when and why, with the button that does it; an offer or ask when the member is ready. */
export default class SvNextStep extends MemberScreen {
    @api recordId;
    @api objectApiName;

    labels = labels;

    get unscored() {
        return !this.member.Vector_Status__c;
    }

    get callClass() {
        return `call tone-${toneOf(this.member)}`;
    }

    get calls() {
        return Boolean(this.member.Next_Step__c);
    }

    get chanceVariant() {
        return this.calls ? "neutral" : "brand";
    }

    get step() {
        return this.member.Next_Step__c || labels.calm;
    }

    get calmText() {
        const { Next_Step__c: step, Next_Milestone__c: milestone, Next_Milestone_Due__c: due } = this.member;
        if (step) {
            return "";
        }
        return milestone ? fill(labels.calmText, milestone, this.day(due)) : labels.calmNoMilestone;
    }

    get facts() {
        const { Intervention_Reason__c: why, OwnerId: owner, ownerName } = this.member;
        return [
            { name: labels.who, value: owner === USER ? labels.you : ownerName },
            { name: labels.by, value: this.byText, late: this.overdue },
            { name: labels.why, value: capital(why) }
        ]
            .filter((fact) => fact.value)
            .map((fact) => ({ ...fact, look: fact.late ? "late" : "" }));
    }

    get overdue() {
        const by = this.member.Next_Step_By__c;
        return Boolean(by) && by < this.now;
    }

    get byText() {
        const day = this.day(this.member.Next_Step_By__c);
        return this.overdue ? fill(labels.overdue, day) : day;
    }

    get staleToo() {
        const { Facts_Stale__c: stale, Intervention_Flag__c: flag } = this.member;
        return stale && flag !== "Stale";
    }

    get needsGoal() {
        return this.member.Vector_Status__c === "No goal";
    }

    get offer() {
        const offer = offerOf(this.member);
        if (!offer) {
            return null;
        }
        const name = offer.yearly ? fill(labels.offerYearly, offer.name, offer.yearly) : offer.name;
        return this.chance(offer, fill(OFFER_WORDS[offer.kind], name));
    }

    get ask() {
        const ask = askOf(this.member);
        return ask && this.chance(ask, fill(ASK_WORDS[ask.kind], ask.name));
    }

    chance({ kind, reason }, heading) {
        const now = kind === "ready" || kind === "accelerator";
        const quiet = reason ? fill(labels.because, heading, reason) : heading;
        return { now, heading, reason, quiet };
    }

    plan() {
        const subject = this.member.Next_Step__c;
        this.openNew("Task", taskValues(this, { subject, day: this.member.Next_Step_By__c }));
    }

    log() {
        const values = taskValues(this, { subject: this.member.Next_Step__c || "", day: this.now });
        this.openNew("Task", { ...values, Status: "Completed" });
    }

    setGoal() {
        const day = this.now;
        this.openNew("Desired_Outcome__c", { [`${this.objectApiName}__c`]: this.recordId, Starts_On__c: day });
    }

    makeOffer() {
        const { Expansion_Offer_Name__c: offer, Name: name } = this.member;
        const subject = fill(labels.offerSubject, offer, name);
        if (this.objectApiName === "Contact") {
            this.openNew("Task", taskValues(this, { subject, day: this.member.Next_Step_By__c }));
        } else {
            this.openNew("Opportunity", { Name: subject.slice(0, 120), AccountId: this.recordId });
        }
    }

    planAsk() {
        const subject = fill(labels.askReady, this.member.Advocacy_Ask__c);
        this.openNew("Task", taskValues(this, { subject, day: this.member.Next_Step_By__c }));
    }
}
