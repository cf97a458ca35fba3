using ActorKube.CommandLine;

namespace ActorKube.Tests.CommandLine;

public sealed class JournalOptionTests
{
    [Theory]
    [InlineData("mysql:x", "--journal has to be sqlite or postgresql:CONNECTION-STRING, not 'mysql…'.")]
    [InlineData("postgres:Host=x;Password=secret", "--journal has to be sqlite or postgresql:CONNECTION-STRING, not 'postgres…'.")]
    [InlineData("Host=x;Password=secret", "--journal has to be sqlite or postgresql:CONNECTION-STRING, not 'Host…'.")]
    [InlineData("sqlit", "--journal has to be sqlite or postgresql:CONNECTION-STRING, not 'sqlit'.")]
    [InlineData("postgresql:nonsense", "--journal: the connection string cannot be understood: ")]
    [InlineData("postgresql:Host=x;Colour=blue", "--journal: the connection string cannot be understood: ")]
    [InlineData("postgresql:Host=x;Port=many", "--journal: the connection string cannot be understood: ")]
    public void What_names_no_journal_is_refused_before_anything_is_asked_for(string text, string sentence) =>
        Assert.StartsWith(sentence, Assert.Throws<UserError>(() => JournalOption.Read(text, "")).Message, StringComparison.Ordinal);
}
