import asOf from "@salesforce/label/c.SV_Goal_AsOf";
import assess from "@salesforce/label/c.SV_Goal_Assess";
import assessThis from "@salesforce/label/c.SV_Goal_AssessThis";
import assumed from "@salesforce/label/c.SV_Goal_Assumed";
import assumedText from "@salesforce/label/c.SV_Goal_AssumedText";
import baseline from "@salesforce/label/c.SV_Goal_Baseline";
import beyond from "@salesforce/label/c.SV_Goal_Beyond";
import breached from "@salesforce/label/c.SV_Goal_Breached";
import change from "@salesforce/label/c.SV_Goal_Change";
import conditions from "@salesforce/label/c.SV_Goal_Conditions";
import confirm from "@salesforce/label/c.SV_Goal_Confirm";
import confirmed from "@salesforce/label/c.SV_Goal_Confirmed";
import confirmedOn from "@salesforce/label/c.SV_Goal_ConfirmedOn";
import empty from "@salesforce/label/c.SV_Goal_Empty";
import emptyText from "@salesforce/label/c.SV_Goal_EmptyText";
import essential from "@salesforce/label/c.SV_Goal_Essential";
import experience from "@salesforce/label/c.SV_Goal_Experience";
import met from "@salesforce/label/c.SV_Goal_Met";
import noDay from "@salesforce/label/c.SV_Goal_NoDay";
import set from "@salesforce/label/c.SV_Goal_Set";
import title from "@salesforce/label/c.SV_Goal_Title";
import unknown from "@salesforce/label/c.SV_Goal_Unknown";
import until from "@salesforce/label/c.SV_Goal_Until";

/** The words of this screen, in the user's language. */
export default {
    asOf,
    assess,
    assessThis,
    assumed,
    assumedText,
    baseline,
    beyond,
    breached,
    change,
    conditions,
    confirm,
    confirmed,
    confirmedOn,
    empty,
    emptyText,
    essential,
    experience,
    met,
    noDay,
    set,
    title,
    unknown,
    until
};
