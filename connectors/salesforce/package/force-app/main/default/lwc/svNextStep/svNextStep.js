import { api } from "lwc";
import USER from "@salesforce/user/Id";
import { capital, fill, MemberScreen } from "c/svShared";
import labels from "./labels";
import { askOf, lookOf, offerOf, reasonOf, stepOf, taskValues } from "./calls";

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

    get look() {
        const { tone, icon } = lookOf(this.member);
        return { box: `call tone-${tone}`, icon };
    }

    get flag() {
        const flag = this.member.Intervention_Flag__c;
        return flag && flag !== "None" ? this.member.shown.Intervention_Flag__c : "";
    }

    get calls() {
        return Boolean(this.member.Next_Step__c);
    }

    get step() {
        return this.calls ? stepOf(this.member.Next_Step__c).what : this.calm;
    }

    get calm() {
        const [offer, ask] = [this.offer?.now, this.ask?.now];
        if (offer && ask) {
            return labels.calmBoth;
        }
        return offer ? labels.calmOffer : ask ? labels.calmAsk : labels.calm;
    }

    get calmText() {
        const { Next_Milestone__c: milestone, Next_Milestone_Due__c: due } = this.member;
        if (this.calls) {
            return "";
        }
        return milestone ? fill(labels.calmText, milestone, this.day(due)) : labels.calmNoMilestone;
    }

    get facts() {
        return [
            { name: labels.who, value: this.whoText },
            { name: labels.by, value: this.byText, late: this.overdue },
            { name: labels.why, value: capital(reasonOf(this.member)) }
        ]
            .filter((fact) => fact.value)
            .map((fact) => ({ ...fact, look: fact.late ? "late" : "" }));
    }

    get whoText() {
        const { OwnerId: owner, ownerName } = this.member;
        const { who } = stepOf(this.member.Next_Step__c);
        const name = owner === USER ? labels.you : ownerName;
        return name && who ? fill(labels.whoAs, name, who) : name || capital(who);
    }

    get overdue() {
        const by = this.member.Next_Step_By__c;
        return Boolean(by) && by < this.now;
    }

    get byText() {
        const by = this.member.Next_Step_By__c;
        return by ? fill(this.overdue ? labels.overdue : labels.byIn, this.day(by), this.distance(by)) : "";
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
        const name = offer.yearly ? fill(this.common.yearly, offer.name, offer.yearly) : offer.name;
        return this.chance(offer, fill(OFFER_WORDS[offer.kind], name));
    }

    get ask() {
        const ask = askOf(this.member);
        return ask && this.chance(ask, fill(ASK_WORDS[ask.kind], ask.name));
    }

    get offerVariant() {
        return this.calls ? "neutral" : "brand";
    }

    get askVariant() {
        return this.calls || this.offer?.now ? "neutral" : "brand";
    }

    chance({ kind, reason }, heading) {
        const now = kind === "ready" || kind === "accelerator";
        const quiet = reason ? fill(labels.because, heading, reason) : heading;
        return { now, heading, reason: capital(reason), quiet };
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
        this.openNew("Desired_Outcome__c", { [`${this.objectApiName}__c`]: this.recordId, Starts_On__c: this.now });
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
