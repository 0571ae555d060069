//! Text of others in the table stays text.

use super::markdown;
use valleyscope_shared::latex;

#[test]
fn what_latex_and_markdown_would_read_is_escaped() {
    let nasty = "[2] 50 % of a_b & {c} #1 $x$ \\input{/etc/passwd} ~^<|>\nε";
    assert_eq!(
        latex::escaped(nasty),
        "{[}2{]} 50 \\% of a\\_b \\& \\{c\\} \\#1 \\$x\\$ \\textbackslash{}input\\{/etc/passwd\\} \
         \\textasciitilde{}\\textasciicircum{}\\textless{}|\\textgreater{} $\\varepsilon$"
    );
    assert_eq!(
        markdown::escaped("a_b *c* `d` [e](f) <script> g|h &amp;\n# i"),
        "a\\_b \\*c\\* \\`d\\` \\[e\\](f) &lt;script&gt; g\\|h &amp;amp; \\# i"
    );
}
