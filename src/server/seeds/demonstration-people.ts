import { identityNumber } from "./synthetic.ts";

/** Who can sign in to the demonstration, one for each role tile. Only on this machine; nobody real. */
export const demonstrationPassword = "Xueshi@2026";

const tiles = [
  { key: "professional", roleName: "专业技术人员", name: "张敏（示例）", serial: 901 },
  { key: "accountant", roleName: "专业技术人员（会计）", name: "陈会计（示例）", serial: 902 },
  { key: "employer", roleName: "用人单位", name: "李建国（示例）", serial: 903 },
  { key: "authority", roleName: "主管部门", name: "王卫民（示例）", serial: 904 },
  { key: "county-bureau", roleName: "人社部门（县区）", name: "赵新华（示例）", serial: 905 },
  { key: "city-bureau", roleName: "人社部门（市）", name: "刘志强（示例）", serial: 906 },
  { key: "province-bureau", roleName: "人社部门（省）", name: "孙丽（示例）", serial: 907 },
  { key: "base", roleName: "继续教育基地", name: "周培训（示例）", serial: 908 },
  { key: "operator", roleName: "后台运维人员", name: "吴运维（示例）", serial: 909 },
  { key: "policy-officer", roleName: "政策管理员", name: "郑政策（示例）", serial: 910 },
  { key: "auditor", roleName: "审计员", name: "钱审计（示例）", serial: 911 },
] as const;

export type TileKey = (typeof tiles)[number]["key"];

/** One demonstration account: which tile it is for, and its synthetic ID number. */
export interface DemonstrationTile {
  key: TileKey;
  roleName: string;
  name: string;
  idNumber: string;
}

export const demonstrationTiles: readonly DemonstrationTile[] = tiles.map(({ serial, ...tile }) => ({
  ...tile,
  idNumber: identityNumber("410105", "1980-01-01", serial),
}));

/** The account of one tile. */
export function tileOf(key: TileKey): DemonstrationTile {
  const tile = demonstrationTiles.find((one) => one.key === key);
  if (tile === undefined) throw new Error(`no demonstration tile ${key}`);
  return tile;
}
