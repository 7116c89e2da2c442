import breached from "@salesforce/label/c.SV_Assess_Breached";
import met from "@salesforce/label/c.SV_Assess_Met";
import needsDay from "@salesforce/label/c.SV_Assess_NeedsDay";
import needsState from "@salesforce/label/c.SV_Assess_NeedsState";
import notFuture from "@salesforce/label/c.SV_Assess_NotFuture";
import note from "@salesforce/label/c.SV_Assess_Note";
import on from "@salesforce/label/c.SV_Assess_On";
import state from "@salesforce/label/c.SV_Assess_State";

/** The words of this screen, in the user's language. */
export default {
    breached,
    met,
    needsDay,
    needsState,
    notFuture,
    note,
    on,
    state
};
