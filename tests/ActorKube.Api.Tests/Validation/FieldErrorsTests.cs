using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Validation;

namespace ActorKube.Api.Tests.Validation;

public class FieldErrorsTests
{
    private static readonly FieldPath Image = FieldPath.Spec.Child("containers").Index(0).Child("image");

    public static TheoryData<Action<FieldErrors>, string, string> Wordings => new()
    {
        { e => e.Required(Image), CauseType.FieldValueRequired, "Required value" },
        { e => e.Required(Image, "must be set"), CauseType.FieldValueRequired, "Required value: must be set" },
        { e => e.Invalid(Image, "a\"b", "is bad"), CauseType.FieldValueInvalid, "Invalid value: \"a\\\"b\": is bad" },
        { e => e.Invalid(Image, -1, "is bad"), CauseType.FieldValueInvalid, "Invalid value: -1: is bad" },
        { e => e.Invalid(Image, new JsonObject { ["a"] = 1 }, "is bad"), CauseType.FieldValueInvalid, "Invalid value: {\"a\":1}: is bad" },
        { e => e.Invalid(Image, (JsonNode?)null, "is bad"), CauseType.FieldValueInvalid, "Invalid value: null: is bad" },
        { e => e.NotSupported(Image, "x", "A", "B"), CauseType.FieldValueNotSupported, "Unsupported value: \"x\": supported values: \"A\", \"B\"" },
        { e => e.Forbidden(Image, "not now"), CauseType.FieldValueForbidden, "Forbidden: not now" },
        { e => e.Duplicate(Image, "x"), CauseType.FieldValueDuplicate, "Duplicate value: \"x\"" },
        { e => e.Duplicate(Image, JsonValue.Create(8080)), CauseType.FieldValueDuplicate, "Duplicate value: 8080" },
        { e => e.NotFound(Image, "x"), CauseType.FieldValueNotFound, "Not found: \"x\"" },
        { e => e.TooLong(Image, 63), CauseType.FieldValueTooLong, "Too long: may not be more than 63 bytes" },
        { e => e.TooLong(Image, 1), CauseType.FieldValueTooLong, "Too long: may not be more than 1 byte" },
        { e => e.TooMany(Image, 5, 3), CauseType.FieldValueTooMany, "Too many: 5: must have at most 3 items" },
    };

    [Theory]
    [MemberData(nameof(Wordings), DisableDiscoveryEnumeration = true)]
    public void Each_error_is_worded_as_upstream(Action<FieldErrors> add, string reason, string message)
    {
        var errors = new FieldErrors();
        add(errors);
        Assert.Equal(new StatusCause(reason, message, "spec.containers[0].image"), Assert.Single(errors.Causes));
    }

    [Fact]
    public void Paths_read_as_upstreams()
    {
        Assert.Equal("metadata.labels[app]", FieldPath.Metadata.Child("labels").Key("app").ToString());
        Assert.Equal("spec.template.spec.volumes[3].name", FieldPath.Spec.Child("template", "spec").Child("volumes").Index(3).Child("name").ToString());
        Assert.Equal("", FieldPath.Root.ToString());
        Assert.Equal("[0].a", FieldPath.Root.Index(0).Child("a").ToString());
    }

    [Fact]
    public void Errors_become_one_invalid_status()
    {
        var errors = new FieldErrors();
        errors.ThrowIfAny("apps", "Deployment", "web");
        errors.Required(FieldPath.Spec.Child("selector"));
        var more = new FieldErrors();
        more.Forbidden(FieldPath.Spec, "no");
        errors.AddRange(more);
        var thrown = Assert.Throws<ApiException>(() => errors.ThrowIfAny("apps", "Deployment", "web"));
        Assert.Equal(422, thrown.Status.Code);
        Assert.Equal("Deployment.apps \"web\" is invalid: [spec.selector: Required value, spec: Forbidden: no]", thrown.Message);
    }

    [Fact]
    public void Beyond_what_anybody_reads_errors_are_counted_and_not_kept()
    {
        var errors = new FieldErrors();
        for (var i = 0; i < FieldErrors.MostCauses + 3; i++)
            errors.Required(FieldPath.Spec.Index(i));
        Assert.Equal((FieldErrors.MostCauses + 3, 3), (errors.Count, errors.LeftOut));
        Assert.Equal("spec[255]", errors.Causes[^1].Field);
        var both = new FieldErrors();
        both.AddRange(errors, static c => c.Field == "spec[0]");
        both.AddRange(errors);
        Assert.Equal(((2 * errors.Count) - 1, FieldErrors.MostCauses), (both.Count, both.Causes.Length));
        Assert.EndsWith(", spec[255]: Required value, and 3 more]", Assert.Throws<ApiException>(() => errors.ThrowIfAny("", "Pod", "p")).Message);
    }

    [Fact]
    public void Values_too_long_to_be_shown_again_and_again_are_not_written_once_there_are_enough()
    {
        var value = new string('v', FieldErrors.MostText / 4);
        var errors = new FieldErrors();
        for (var i = 0; i < 10; i++)
            errors.Invalid(FieldPath.Spec, value, "is bad");
        Assert.Equal((10, 4), (errors.Count, errors.Causes.Length));
        Assert.True(errors.IsFull);
        var before = GC.GetAllocatedBytesForCurrentThread();
        errors.Invalid(FieldPath.Spec, value, "is bad");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
    }
}
