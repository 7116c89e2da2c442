import { wire } from "lwc";
import { getRecord } from "lightning/uiRecordApi";
import { memberOf, neededFields, optionalFields } from "./member";
import { explained } from "./notices";
import { Screen } from "./screen";

/** A screen about the member's own fields: `member` as `memberOf` returns it, or `failure` as a heading and a text. */
export class MemberScreen extends Screen {
    member;
    memberFailure;

    @wire(getRecord, { recordId: "$recordId", fields: "$needed", optionalFields: "$optional" })
    seenMember({ data, error }) {
        this.member = data ? memberOf(data, (...said) => this.localDays(...said)) : undefined;
        this.memberFailure = error ? explained(error) : undefined;
    }

    get needed() {
        return neededFields(this.objectApiName);
    }

    get optional() {
        return optionalFields(this.objectApiName);
    }

    get failure() {
        return this.memberFailure;
    }

    get loading() {
        return !this.member && !this.failure;
    }
}
