/** The engraved ground of a certificate: drawn by formula, so that it is sharp at any size and hard to copy. */

const widthMm = 297;
const heightMm = 210;
const bandInsetMm = 10.2;
const bandAmplitudeMm = 1.9;

/** The whole page ground as a data address for CSS `background-image`; viewBox in millimetres, A4 landscape. */
export function pageGround(): string {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${widthMm} ${heightMm}" width="${widthMm}mm" height="${heightMm}mm" fill="none">
${rosette()}${braid()}${frame()}${corners()}</svg>`;
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}`;
}

/** Three families of rose curves around the centre, pale gold: the medallion behind the text. */
function rosette(): string {
  const centre = `translate(${widthMm / 2} ${heightMm / 2 + 6})`;
  const rings = [
    { radius: 58, swing: 7, petals: 18, turns: 5 },
    { radius: 41, swing: 9, petals: 12, turns: 5 },
    { radius: 22, swing: 12, petals: 8, turns: 4 },
  ];
  const curves = rings.flatMap((ring) =>
    Array.from({ length: ring.turns }, (_, turn) => roseCurve(ring, (turn * 2 * Math.PI) / ring.turns)),
  );
  return `<g transform="${centre}" stroke="#efe6cb" stroke-width=".16">${curves.join("")}</g>`;
}

function roseCurve(ring: { radius: number; swing: number; petals: number }, phase: number): string {
  const { radius, swing, petals } = ring;
  const at = (angle: number): Point => {
    const distance = radius + swing * Math.sin(petals * angle + phase);
    return [distance * Math.cos(angle), distance * Math.sin(angle)];
  };
  return `<path d="${curve(at, { from: 0, to: 2 * Math.PI, pieces: petals * 4 })}z"/>`;
}

type Point = readonly [x: number, y: number];

/**
 * A curve as few cubic pieces through its points, with its own direction at each of them: a quarter of the
 * bytes of a polyline of the same look, on every page of every certificate that is kept.
 */
function curve(at: (t: number) => Point, range: { from: number; to: number; pieces: number }): string {
  const step = (range.to - range.from) / range.pieces;
  const nudge = step / 1000;
  const knot = (index: number) => {
    const t = range.from + index * step;
    const [x, y] = at(t);
    const [beforeX, beforeY] = at(t - nudge);
    const [afterX, afterY] = at(t + nudge);
    const third = step / 3 / (2 * nudge);
    return { x, y, dx: (afterX - beforeX) * third, dy: (afterY - beforeY) * third };
  };
  const text = (...values: number[]) => values.map((value) => value.toFixed(2)).join(" ");
  const knots = Array.from({ length: range.pieces + 1 }, (_, index) => knot(index));
  const pieces = knots.slice(1).map((end, index) => {
    const start = knots[index] ?? end;
    return `C${text(start.x + start.dx, start.y + start.dy, end.x - end.dx, end.y - end.dy, end.x, end.y)}`;
  });
  const first = knots[0];
  return first === undefined ? "" : `M${text(first.x, first.y)}${pieces.join("")}`;
}

/** Interlaced waves along the four sides. A whole number of waves per side makes the corners meet. */
function braid(): string {
  const phases = [0, Math.PI / 2, Math.PI, (3 * Math.PI) / 2];
  const left = bandInsetMm;
  const top = bandInsetMm;
  const right = widthMm - bandInsetMm;
  const bottom = heightMm - bandInsetMm;
  const waves = phases.flatMap((phase) => [
    wave({ from: left, to: right, at: top, count: 44, across: false }, phase),
    wave({ from: left, to: right, at: bottom, count: 44, across: false }, phase),
    wave({ from: top, to: bottom, at: left, count: 30, across: true }, phase),
    wave({ from: top, to: bottom, at: right, count: 30, across: true }, phase),
  ]);
  return `<g stroke="#b08d3e" stroke-width=".17">${waves.join("")}</g>`;
}

interface WaveLine {
  from: number;
  to: number;
  at: number;
  count: number;
  across: boolean;
}

function wave(line: WaveLine, phase: number): string {
  const turns = (2 * Math.PI * line.count) / (line.to - line.from);
  const at = (along: number): Point => {
    const side = line.at + bandAmplitudeMm * Math.sin(turns * (along - line.from) + phase);
    return line.across ? [side, along] : [along, side];
  };
  // Two pieces a wave: those that start on the middle line come out a little flatter, the braid's eyes open.
  return `<path d="${curve(at, { from: line.from, to: line.to, pieces: line.count * 2 })}"/>`;
}

function frame(): string {
  const rectangle = (inset: number, stroke: string) =>
    `<rect x="${inset}" y="${inset}" width="${widthMm - 2 * inset}" height="${heightMm - 2 * inset}" ${stroke}/>`;
  return [
    rectangle(6.4, 'stroke="#8f6b1f" stroke-width=".9"'),
    rectangle(7.7, 'stroke="#b08d3e" stroke-width=".2"'),
    rectangle(12.8, 'stroke="#b08d3e" stroke-width=".2"'),
    rectangle(13.9, 'stroke="#8f6b1f" stroke-width=".5"'),
  ].join("");
}

/** A small rosette on each corner, which also hides where the waves of two sides meet. */
function corners(): string {
  const places = [
    [bandInsetMm, bandInsetMm],
    [widthMm - bandInsetMm, bandInsetMm],
    [bandInsetMm, heightMm - bandInsetMm],
    [widthMm - bandInsetMm, heightMm - bandInsetMm],
  ];
  const flower = [0, 1, 2].map((turn) =>
    roseCurve({ radius: 3.1, swing: 1.5, petals: 8 }, (turn * 2 * Math.PI) / 3),
  );
  return places
    .map(
      ([x, y]) =>
        `<g transform="translate(${x} ${y})"><circle r="5.9" fill="#fffdf6" stroke="#8f6b1f" stroke-width=".5"/><circle r="5.1" stroke="#b08d3e" stroke-width=".2"/><g stroke="#8f6b1f" stroke-width=".17">${flower.join("")}</g><circle r=".9" fill="#8f1d1d"/></g>`,
    )
    .join("");
}
