import { NavigationMixin } from "lightning/navigation";
import { encodeDefaultFieldValues } from "lightning/pageReferenceUtils";
import { listen } from "./changes";
import { Part } from "./part";

/**
 * What every screen on a member's page has. `recordId` and `objectApiName` are declared by the screens themselves:
 * Salesforce looks for them there when it hands a page's record to its parts.
 */
export class Screen extends NavigationMixin(Part) {
    connectedCallback() {
        this.stopListening = listen(
            () => this.recordId,
            () => this.factsChanged()
        );
    }

    disconnectedCallback() {
        this.stopListening();
    }

    /** Called when another part of the page changed a fact of this member. */
    factsChanged() {}

    /** Opens Salesforce's own form for a new record, with values filled in. */
    openNew(objectApiName, values) {
        this[NavigationMixin.Navigate]({
            type: "standard__objectPage",
            attributes: { objectApiName, actionName: "new" },
            state: { defaultFieldValues: encodeDefaultFieldValues(values), navigationLocation: "RELATED_LIST" }
        });
    }
}
