namespace ActorKube.ApiServer.Tests.Kinds;

public sealed class ValidationLimitTests
{
    [Fact]
    public void A_fault_in_every_item_of_a_long_list_is_answered_shortly()
    {
        const int subjects = 100_000;
        var binding = KindBench.Defaulted("rbac.authorization.k8s.io/v1/rolebindings",
            $$"""{"metadata":{"name":"b"},"roleRef":{"kind":"Role","name":"r"},"subjects":[{{string.Join(',', Enumerable.Repeat("{}", subjects))}}]}""");
        var status = KindBench.Refusal("rbac.authorization.k8s.io/v1/rolebindings", binding);
        Assert.Equal(422, status.Code);
        Assert.Equal(256, status.Causes.Length);
        Assert.Equal("subjects[0].name: Required value", $"{status.Causes[0].Field}: {status.Causes[0].Message}");
        Assert.EndsWith($", and {(2 * subjects) - 256} more]", status.Message);
        Assert.InRange(status.Message.Length, 0, 50_000);
    }

    [Fact]
    public void A_fault_that_shows_the_whole_of_a_long_text_is_not_repeated_for_each_of_its_parts()
    {
        var path = new string('/', 100_000);
        var status = KindBench.Refusal("admissionregistration.k8s.io/v1/validatingwebhookconfigurations", KindBench.Defaulted("admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
            $$$$"""{"metadata":{"name":"w"},"webhooks":[{"name":"a.b.c","sideEffects":"None","admissionReviewVersions":["v1"],"clientConfig":{"service":{"name":"s","namespace":"n","path":"{{{{path}}}}"}}}]}"""));
        Assert.InRange(status.Causes.Sum(static c => c.Message.Length), 0, (256 * 1024) + path.Length + 100);
    }
}
