import { en as player } from "../player/messages.en";

export const en = {
  ...player,
  offlineTitle: "Watch an exported recording",
  offlineIntro:
    "Choose a file that was downloaded from Tapedeck. It stays on this computer: this page works without a network and sends nothing.",
  chooseFile: "Choose a file",
  orDrop: "or drop it here",
  passphrase: "Passphrase",
  showPassphrase: "Show the passphrase",
  sealedHint: "The file is encrypted. It opens with the passphrase that was given when it was exported.",
  open: "Open",
  checking: "Checking the passphrase. This takes some seconds.",
  preparing: "Preparing the replay: {done} of {all}",
  another: "Choose another file",
  helpClose: "Close, choose another file",
  file: "File",
  cutOff: "The recording was cut off. It is whole up to {time}.",
  refusal_passphrase: "This passphrase is not the right one.",
  refusal_otherKey: "The file is encrypted with a key, not with a passphrase. This page cannot open it.",
  refusal_damaged: "The file is damaged: it is not as it was exported. Nothing of it is shown. Download it once more.",
  refusal_format: "The file holds no recording that this page can replay, or the recording is damaged.",
  refusal_unreachable: "The browser can no longer read the file. It may have been changed, moved or removed. Choose it once more.",
  refusal_stopped: "The file could not be opened: the browser stopped the work, perhaps for lack of memory.",
  fault_damaged: "A part of the replay is not as it was prepared. Open the file once more.",
};

export type OfflineKey = keyof typeof en;
