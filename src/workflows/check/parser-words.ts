/** What bpmn-moddle and its parser say, in Chinese; `{}` stands for the name that they put in angle brackets. */
const words: readonly (readonly [RegExp, string])[] = [
  [/^unresolved reference <(.*)>$/, "引用的“{}”不存在"],
  [/^unknown attribute <(.*)>$/, "不认识的属性“{}”"],
  [/^unsupported document encoding <(.*)>.*$/, "文件声明的编码是{}，不是UTF-8"],
  [/^unparsable content ([^]*) detected$/, "无法读取“{}”"],
  [/^(?:unknown type|unrecognized element|unexpected element) <(.*)>$/, "不认识的元素“{}”"],
  [/^unexpected body text <([^]*)>$/, "此处不应有文字“{}”"],
  [/^illegal ID <([^]*)>$/, "标识“{}”只能用字母、数字和._-，且不能以数字开头"],
  [/^duplicate ID <(.*)>$/, "标识“{}”重复"],
  [
    /^(?:missing namespace for prefix|no namespace uri given for prefix|missing namespace on) <(.*)>$/,
    "“{}”没有声明命名空间",
  ],
  [/^attribute <(.*)> already defined$/, "属性“{}”重复"],
  [/^(?:unclosed tag|unclosed cdata|unclosed comment|unclosed question|unexpected end of file)$/, "没有结束"],
  [/^closing tag mismatch$/, "结束标签与开始标签不一致"],
  [/^missing (?:start|open) tag$/, "缺少开始标签"],
  [/^non-whitespace outside of root node$/, "最外层元素之外有内容"],
  [/^(?:illegal|invalid|missing) .*$/, "写法有误"],
];

/** What the parser says in Chinese; its own words where we know no better. */
export function chineseOf(message: string): string {
  for (const [pattern, chinese] of words) {
    const match = pattern.exec(message);
    if (match !== null) return chinese.replace("{}", () => match[1] ?? "");
  }
  return message;
}
