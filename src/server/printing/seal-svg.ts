import type { SealView } from "./certificate-view.ts";
import { PrintingError } from "./printing-error.ts";
import { escapeXml } from "./templates.ts";

const sampleMark = "示例";
const star = starPath(5.6);

/**
 * The round seal as SVG, 42 mm. `id` must be unique in the document: two arcs with one id make the browser
 * set both texts on the first. A demonstration seal whose text does not say 示例 is refused
 * (`printing.seal_not_sample`), so that no demonstration can carry an authority's name.
 */
export function sealSvg(seal: SealView, id: string): string {
  if (seal.demo && !seal.text.includes(sampleMark)) {
    throw new PrintingError("printing.seal_not_sample", "演示印章必须写明“示例”，不得使用真实机关名称");
  }
  const characters = Array.from(seal.text).length;
  const fontSize = Math.min(4.5, 58 / Math.max(characters, 1));
  const sweep = Math.min(264, 19 * characters);
  const radius = 14.1;
  const arc = arcPath(radius, sweep);
  const length = ((sweep * Math.PI) / 180) * radius;
  const lower = seal.demo ? "示例章 · 无效" : "专用章";
  return `<svg class="seal" viewBox="-21 -21 42 42" role="img" aria-label="印章">
<defs><path id="${id}" d="${arc}"/></defs>
<g fill="none" stroke="currentColor"><circle r="20.2" stroke-width=".95"/><circle r="18.9" stroke-width=".22"/></g>
<path fill="currentColor" transform="translate(0 -.6)" d="${star}"/>
<text fill="currentColor" font-size="${fontSize.toFixed(2)}" font-weight="700" textLength="${length.toFixed(2)}" lengthAdjust="spacing"><textPath href="#${id}" textLength="${length.toFixed(2)}" lengthAdjust="spacing">${escapeXml(seal.text)}</textPath></text>
<text fill="currentColor" font-size="2.9" font-weight="700" text-anchor="middle" x="0" y="12.4" letter-spacing=".2">${lower}</text>
</svg>`;
}

function arcPath(radius: number, sweepDegrees: number): string {
  const half = (sweepDegrees / 2) * (Math.PI / 180);
  const x = radius * Math.sin(half);
  const y = -radius * Math.cos(half);
  const large = sweepDegrees > 180 ? 1 : 0;
  return `M${(-x).toFixed(3)} ${y.toFixed(3)}A${radius} ${radius} 0 ${large} 1 ${x.toFixed(3)} ${y.toFixed(3)}`;
}

function starPath(radius: number): string {
  const points = Array.from({ length: 10 }, (_, index) => {
    const distance = index % 2 === 0 ? radius : radius * 0.382;
    const angle = (index * Math.PI) / 5;
    return `${(distance * Math.sin(angle)).toFixed(3)} ${(-distance * Math.cos(angle)).toFixed(3)}`;
  });
  return `M${points.join("L")}z`;
}
