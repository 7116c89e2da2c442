import by from "@salesforce/label/c.SV_Goal_ConfirmBy";
import needsDay from "@salesforce/label/c.SV_Goal_NeedsDay";
import notFuture from "@salesforce/label/c.SV_Goal_NotFuture";
import on from "@salesforce/label/c.SV_Goal_ConfirmOn";

/** The words of this screen, in the user's language. */
export default {
    by,
    needsDay,
    notFuture,
    on
};
