/** True in the page of one file. */
declare const __SAVED__: boolean;
