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
  const steps = ring.petals * 12;
  const points = Array.from({ length: steps }, (_, step) => {
    const angle = (step * 2 * Math.PI) / steps;
    const distance = ring.radius + ring.swing * Math.sin(ring.petals * angle + phase);
    return `${(distance * Math.cos(angle)).toFixed(1)} ${(distance * Math.sin(angle)).toFixed(1)}`;
  });
  return `<path d="M${points.join("L")}z"/>`;
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
  const steps = line.count * 8;
  const points = Array.from({ length: steps + 1 }, (_, step) => {
    const along = line.from + ((line.to - line.from) * step) / steps;
    const side = line.at + bandAmplitudeMm * Math.sin((2 * Math.PI * line.count * step) / steps + phase);
    return line.across ? `${side.toFixed(2)} ${along.toFixed(2)}` : `${along.toFixed(2)} ${side.toFixed(2)}`;
  });
  return `<path d="M${points.join("L")}"/>`;
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
