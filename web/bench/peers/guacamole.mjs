// Guacamole's own player of recordings, guacamole-common-js' SessionRecording, as its web application uses it.
import Guacamole from "/modules/guacamole-common-js/dist/esm/guacamole-common.js";

let recording, loaded;

/** Until its first frame is shown, which it can do while the rest comes. */
window.first = async (address) => {
  const start = performance.now();
  recording = new Guacamole.SessionRecording(new Guacamole.StaticHTTPTunnel(address, true));
  document.body.append(recording.getDisplay().getElement());
  const failed = new Promise((_, reject) => (recording.onerror = (cause) => reject(new Error(cause))));
  loaded = Promise.race([failed, new Promise((done) => (recording.onload = done))]);
  loaded.catch(() => undefined); // seeks() tells it
  const some = new Promise((done) => (recording.onprogress = done));
  recording.connect();
  await Promise.race([some, failed]);
  await seek(0);
  return performance.now() - start;
};

/** Moments are shares of the whole, so all of it has to be there. */
window.seeks = async (moments, ms) => {
  const start = performance.now();
  await loaded;
  window.loadedMs = performance.now() - start;
  const took = [];
  for (const end = performance.now() + ms; took.length < moments.length && performance.now() < end;) {
    const from = performance.now();
    await seek(moments[took.length] * recording.getDuration());
    took.push(performance.now() - from);
  }
  return took;
};

const seek = (ms) => new Promise((done) => recording.seek(ms, done));
