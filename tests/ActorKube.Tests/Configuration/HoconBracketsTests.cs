using ActorKube.Configuration;

namespace ActorKube.Tests.Configuration;

public sealed class HoconBracketsTests
{
    [Theory]
    [InlineData("")]
    [InlineData("a { b = [1, 2], c { } }")]
    [InlineData("a = \"}\" # {\nb = 1 // [")]
    [InlineData("a = \"\\\"{\"")]
    [InlineData("a = \"\"\"\n{\n\"\"\"\nb { }")]
    [InlineData("endpoint = \"unix:///run/x\"")]
    public void Whole_documents_pass(string text) => Assert.Null(HoconBrackets.Complaint(text));

    [Theory]
    [InlineData("a {\n b {\n }", "a '}' is missing for the bracket in line 1")]
    [InlineData("a = [1,\n", "a ']' is missing for the bracket in line 1")]
    [InlineData("a { }\n}", "the '}' in line 2 closes nothing")]
    [InlineData("a { ]", "the ']' in line 1 closes nothing")]
    [InlineData("\na = \"x\n", "the text that begins in line 2 is not closed")]
    [InlineData("a = \"\"\"\nx", "the text that begins in line 1 is not closed")]
    public void Broken_ones_are_told_where(string text, string complaint) => Assert.Equal(complaint, HoconBrackets.Complaint(text));
}
