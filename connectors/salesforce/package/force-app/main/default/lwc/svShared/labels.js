import cancel from "@salesforce/label/c.SV_Common_Cancel";
import denied from "@salesforce/label/c.SV_Common_Denied";
import deniedText from "@salesforce/label/c.SV_Common_DeniedText";
import failed from "@salesforce/label/c.SV_Common_Failed";
import failedText from "@salesforce/label/c.SV_Common_FailedText";
import loading from "@salesforce/label/c.SV_Common_Loading";
import notSaved from "@salesforce/label/c.SV_Common_NotSaved";
import save from "@salesforce/label/c.SV_Common_Save";
import yearly from "@salesforce/label/c.SV_Common_Yearly";

/** The words that the screens share, in the user's language. */
export default {
    cancel,
    denied,
    deniedText,
    failed,
    failedText,
    loading,
    notSaved,
    save,
    yearly
};
