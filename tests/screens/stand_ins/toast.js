// lightning/platformShowToastEvent.

export class ShowToastEvent extends CustomEvent {
    constructor(detail) {
        super("lightning__showtoast", { composed: true, cancelable: true, bubbles: true, detail });
    }
}
