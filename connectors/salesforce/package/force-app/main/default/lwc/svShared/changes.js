import {
    APPLICATION_SCOPE,
    createMessageContext,
    publish,
    releaseMessageContext,
    subscribe
} from "lightning/messageService";
import CHANNEL from "@salesforce/messageChannel/Member_Facts_Changed__c";

/** Calls back whenever another part of the page changed a fact of this member. Returns what ends it. */
export function listen(recordIdOf, callback) {
    const context = createMessageContext();
    const heard = (message) => {
        if (message.recordId === recordIdOf()) {
            callback();
        }
    };
    subscribe(context, CHANNEL, heard, { scope: APPLICATION_SCOPE });
    return () => releaseMessageContext(context);
}

/** Tells the other parts of the page that a fact of this member changed. */
export function tell(recordId) {
    const context = createMessageContext();
    publish(context, CHANNEL, { recordId });
    releaseMessageContext(context);
}
