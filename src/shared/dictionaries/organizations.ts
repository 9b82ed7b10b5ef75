import type { DictionaryEntry } from "./entry.ts";

/** 单位性质, aligned with GB/T 20091-2021. */
export const organizationNatures: readonly DictionaryEntry[] = [
  { code: "10", name: "机关（党政群机关）" },
  { code: "20", name: "事业单位" },
  { code: "21", name: "参照公务员法管理的事业单位" },
  { code: "31", name: "国有企业" },
  { code: "32", name: "集体企业" },
  { code: "33", name: "民营企业" },
  { code: "34", name: "外商投资企业（含港澳台）" },
  { code: "39", name: "其他企业（含分支机构、个人独资、合伙）" },
  { code: "40", name: "社会团体" },
  { code: "41", name: "民办非企业单位（社会服务机构）" },
  { code: "42", name: "基金会" },
  { code: "50", name: "个体工商户" },
  { code: "51", name: "农民专业合作社" },
  { code: "60", name: "律师/公证/司法鉴定/仲裁等机构" },
  { code: "61", name: "工会" },
  { code: "62", name: "宗教活动场所/院校" },
  { code: "63", name: "军队事业单位" },
  { code: "64", name: "农村集体经济组织" },
  { code: "90", name: "其他" },
];

/** 单位级别 (隶属关系), GB/T 12404-1997 with the labels of the province. */
export const organizationLevels: readonly DictionaryEntry[] = [
  { code: "10", name: "中央驻豫单位" },
  { code: "20", name: "省直单位" },
  { code: "40", name: "市直单位" },
  { code: "50", name: "县(市、区)直单位" },
  { code: "60", name: "乡镇(街道)单位" },
  { code: "90", name: "其他/无主管部门" },
];

/** 所属行业: sections of GB/T 4754-2017. */
export const industries: readonly DictionaryEntry[] = [
  { code: "A", name: "农、林、牧、渔业" },
  { code: "B", name: "采矿业" },
  { code: "C", name: "制造业" },
  { code: "D", name: "电力、热力、燃气及水生产和供应业" },
  { code: "E", name: "建筑业" },
  { code: "F", name: "批发和零售业" },
  { code: "G", name: "交通运输、仓储和邮政业" },
  { code: "H", name: "住宿和餐饮业" },
  { code: "I", name: "信息传输、软件和信息技术服务业" },
  { code: "J", name: "金融业" },
  { code: "K", name: "房地产业" },
  { code: "L", name: "租赁和商务服务业" },
  { code: "M", name: "科学研究和技术服务业" },
  { code: "N", name: "水利、环境和公共设施管理业" },
  { code: "O", name: "居民服务、修理和其他服务业" },
  { code: "P", name: "教育" },
  { code: "Q", name: "卫生和社会工作" },
  { code: "R", name: "文化、体育和娱乐业" },
  { code: "S", name: "公共管理、社会保障和社会组织" },
  { code: "T", name: "国际组织" },
];

/** Accountants have rules of their own, whatever the industry of their unit (ACC-03). */
export const accountingSector = "accounting";

/** Sectors that a requirement may be set for (REQ-06, REQ-10). */
export const sectors: readonly DictionaryEntry[] = [
  ...industries,
  { code: accountingSector, name: "会计行业" },
];

/** 机构类型 as users name them. */
export const organizationKinds: readonly DictionaryEntry[] = [
  { code: "employer", name: "用人单位" },
  { code: "authority", name: "主管部门" },
  { code: "bureau", name: "人社部门" },
  { code: "base", name: "继续教育基地" },
  { code: "operator", name: "平台运维" },
];
