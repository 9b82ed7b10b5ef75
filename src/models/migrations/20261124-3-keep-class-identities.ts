import { classKeys } from "../../shared/comparable-text.ts";
import { ApplicationModel } from "../application.ts";

/** Classes that were reported before they kept by what they are recognized: whoever declares one is told of its hours. */
export async function keepClassIdentities(): Promise<void> {
  const classes = ApplicationModel.find(
    { kind: "base-class", "data.classKeys": { $exists: false } },
    { organizationName: 1, data: 1 },
  );
  for await (const { _id, organizationName: baseName, data } of classes.lean().cursor()) {
    const keys = classKeys({ baseName, className: data["name"], classNumber: data["classNumber"] });
    await ApplicationModel.updateOne({ _id }, { $set: { "data.classKeys": keys } });
  }
}
