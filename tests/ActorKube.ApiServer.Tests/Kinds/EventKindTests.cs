namespace ActorKube.ApiServer.Tests.Kinds;

public sealed class EventKindTests
{
    private const string New = "events.k8s.io/v1/events";
    private const string Good = """ "metadata":{"name":"e","namespace":"d"},"regarding":{"kind":"Pod","namespace":"d"},"eventTime":"2026-01-01T00:00:00.000000Z","reportingController":"a.b/c","reportingInstance":"i","action":"A","reason":"R","type":"Normal" """;

    private static string Old(string own, string target, string rest = "") => $$$"""{"metadata":{"name":"e","namespace":"{{{own}}}"},"involvedObject":{"kind":"Pod","namespace":"{{{target}}}"}{{{rest}}}}""";

    [Theory]
    [InlineData("d", "d", "", true)]
    [InlineData("default", "", "", true)]
    [InlineData("kube-system", "", "", false)]
    [InlineData("d", "e", "", false)]
    [InlineData("kube-system", "", ",\"eventTime\":\"2026-01-01T00:00:00.000000Z\",\"reportingComponent\":\"a\",\"reportingInstance\":\"i\",\"action\":\"A\",\"reason\":\"R\"", true)]
    [InlineData("d", "", ",\"eventTime\":\"2026-01-01T00:00:00.000000Z\",\"reportingComponent\":\"a\",\"reportingInstance\":\"i\",\"action\":\"A\",\"reason\":\"R\"", false)]
    public void An_event_lives_where_its_object_lives(string own, string target, string rest, bool good) =>
        Assert.Equal(good ? [] : [$"involvedObject.namespace: Invalid value: \"{target}\": does not match event.namespace"], KindBench.Faults("events", Old(own, target, rest)));

    [Fact]
    public void Who_says_when_it_happened_says_all_of_it() => Assert.Equal(
        ["reportingComponent: Required value",
         "reportingComponent: Invalid value: \"\": name part must be non-empty",
         "reportingComponent: Invalid value: \"\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
         "reportingInstance: Required value", "action: Required value", "reason: Invalid value: \"\": can have at most 128 characters"],
        KindBench.Faults("events", Old("d", "d", $",\"eventTime\":\"2026-01-01T00:00:00.000000Z\",\"reason\":\"{new string('r', 129)}\"")));

    [Theory]
    [InlineData("")]
    [InlineData(""","type":"Bad" """, "type: Invalid value: \"\": has invalid value: Bad")]
    [InlineData(""","series":{"count":1} """, "series.count: Invalid value: \"\": should be at least 2", "series.lastObservedTime: Required value")]
    [InlineData(""","deprecatedCount":2,"deprecatedSource":{"component":"c"},"deprecatedFirstTimestamp":"2026-01-01T00:00:00Z" """, "firstTimestamp: Invalid value: \"\": needs to be unset", "count: Invalid value: \"\": needs to be unset", "source: Invalid value: \"\": needs to be unset")]
    public void A_new_event_says_nothing_in_the_old_way(string rest, params string[] faults) => Assert.Equal(faults, KindBench.Faults(New, "{" + Good + rest + "}"));

    [Fact]
    public void Only_how_often_it_was_seen_changes()
    {
        const string seen = ",\"series\":{\"count\":2,\"lastObservedTime\":\"2026-01-01T00:00:00.000000Z\"}";
        Assert.Empty(KindBench.UpdateFaults(New, "{" + Good + "}", "{" + Good + seen + "}"));
        Assert.Equal(["involvedObject: Invalid value: {\"kind\":\"Node\",\"namespace\":\"d\"}: field is immutable", "message: Invalid value: \"n\": field is immutable"],
            KindBench.UpdateFaults(New, "{" + Good + "}", "{" + Good.Replace("Pod", "Node") + ",\"note\":\"n\"}"));
    }
}
