import { yearOf } from "../../shared/dates.ts";
import type { App } from "../command-context.ts";
import { importCreditHistory } from "../commands/people/import-credit-history.ts";
import { accountAs, actAs } from "./acting.ts";
import { tileOf } from "./demonstration-people.ts";

const doctor = tileOf("professional").idNumber;
const accountant = tileOf("accountant").idNumber;

/** 2015 depends on the title level, 2017 on the region; 2024 is passed by one and failed by the other. */
const pastYears = [
  { idNumber: doctor, year: 2015, public: 30, professional: 42, titleLevel: "4" },
  { idNumber: accountant, year: 2015, public: 20, professional: 40, titleLevel: "3" },
  { idNumber: doctor, year: 2017, public: 30, professional: 60, regionCode: "410105" },
  { idNumber: accountant, year: 2017, public: 24, professional: 66, regionCode: "410200" },
  { idNumber: doctor, year: 2024, public: 30, professional: 68 },
  { idNumber: accountant, year: 2024, public: 30, professional: 40 },
];

/** Hours of the former system, entered by the provincial bureau, and this year's online 公需 courses of one person. */
export async function fillHistory(app: App): Promise<void> {
  const province = await accountAs(app, tileOf("province-bureau").idNumber, "bureau");
  const year = yearOf(app.clock.now());
  const title = `${year}年度公需科目网络学习（示例）`;
  const rows = [
    ...pastYears.map((row) => ({ ...row, title: "历史学时（示例）" })),
    { idNumber: doctor, year, public: 30, professional: 0, title },
  ];
  const source = "原继续教育管理系统（示例）";
  const result = await actAs(app, province, (ctx) => importCreditHistory(ctx, { source, rows }));
  const [problem] = result.problems;
  if (problem !== undefined) throw new Error(`history row ${problem.row}: ${problem.message}`);
}
