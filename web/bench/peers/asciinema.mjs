// asciinema-player as it comes, on a recording that it is given by address.
let player;

window.first = async (address) => {
  const start = performance.now();
  player = AsciinemaPlayer.create(address, document.getElementById("player"), { preload: true, poster: "npt:0:00" });
  const failed = new Promise((_, reject) =>
    player.addEventListener("error", (cause) => reject(new Error(cause?.message ?? String(cause)))),
  );
  const ready = new Promise((done) => {
    const known = () => (player.getDuration() ? requestAnimationFrame(done) : setTimeout(known, 5));
    known();
  });
  await Promise.race([ready, failed]);
  return performance.now() - start;
};

window.seeks = async (moments, ms) => {
  const took = [];
  for (const end = performance.now() + ms; took.length < moments.length && performance.now() < end;) {
    const start = performance.now();
    await player.seek(moments[took.length] * player.getDuration());
    await new Promise(requestAnimationFrame);
    took.push(performance.now() - start);
  }
  return took;
};
