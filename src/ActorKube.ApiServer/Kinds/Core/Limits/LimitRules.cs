using System.Globalization;
using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Quantities;
using ActorKube.Api.Quotas;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Limits;

/// <summary>What limit ranges may look like (upstream: <c>ValidateLimitRange</c>).</summary>
internal static class LimitRules
{
    private const string Pod = "Pod";
    private const string Container = "Container";
    private const string Claim = "PersistentVolumeClaim";
    private const long MostMillis = long.MaxValue / 1000;
    private const string NotForPods = "may not be specified when `type` is 'Pod'";

    /// <summary>Checks the spec.</summary>
    public static void Check(JsonObject? spec, FieldErrors errors)
    {
        var types = new HashSet<string>();
        foreach (var (i, limit) in spec.Items("limits"))
        {
            var path = FieldPath.Spec.Child("limits").Index(i);
            var type = limit.Text("type") ?? "";
            CheckType(type, path.Child("type"), errors);
            if (!types.Add(type))
                errors.Duplicate(path.Child("type"), type);
            var amounts = new Lists(limit, type);
            amounts.CheckNames(path, errors);
            foreach (var name in amounts.Names)
                amounts.CheckOne(name, path, errors);
        }
    }

    private static void CheckType(string type, FieldPath path, FieldErrors errors)
    {
        if (LabelNames.QualifiedName(type) is { Count: > 0 } faults)
            errors.Invalid(path, type, faults);
        else if (!type.Contains('/', StringComparison.Ordinal) && type is not (Pod or Container or Claim))
            errors.Invalid(path, type, "must be a standard limit type or fully qualified");
    }

    /// <summary>The amounts of one limit.</summary>
    private sealed class Lists(JsonObject limit, string type)
    {
        private readonly Amounts _max = Amounts.Read(limit.Object("max"));
        private readonly Amounts _min = Amounts.Read(limit.Object("min"));
        private readonly Amounts _default = type == Pod ? new() : Amounts.Read(limit.Object("default"));
        private readonly Amounts _request = type == Pod ? new() : Amounts.Read(limit.Object("defaultRequest"));
        private readonly Amounts _ratio = Amounts.Read(limit.Object("maxLimitRequestRatio"));

        public IEnumerable<string> Names => _max.Names.Concat(_min.Names).Concat(_default.Names).Concat(_request.Names).Concat(_ratio.Names).Distinct().Order(StringComparer.Ordinal);

        public void CheckNames(FieldPath path, FieldErrors errors)
        {
            CheckNames(_max, path.Child("max"), errors);
            CheckNames(_min, path.Child("min"), errors);
            if (type == Pod)
                foreach (var list in (ReadOnlySpan<string>)["default", "defaultRequest"])
                    if (limit.Object(list) is { Count: > 0 })
                        errors.Forbidden(path.Child(list), NotForPods);
            CheckNames(_default, path.Child("default"), errors);
            CheckNames(_request, path.Child("defaultRequest"), errors);
            if (type == Claim && !_min.Has("storage") && !_max.Has("storage"))
                errors.Required(path.Child("limits"), "either minimum or maximum storage value is required, but neither was provided");
            CheckNames(_ratio, path.Child("maxLimitRequestRatio"), errors);
        }

        public void CheckOne(string name, FieldPath path, FieldErrors errors)
        {
            var (max, min, given, request) = (_max[name], _min[name], _default[name], _request[name]);
            if (_min.Has(name) && _max.Has(name) && min > max)
                Report("min", min, $"min value {min} is greater than max value {max}");
            if (_request.Has(name) && _min.Has(name) && min > request)
                Report("defaultRequest", request, $"min value {min} is greater than default request value {request}");
            if (_request.Has(name) && _max.Has(name) && request > max)
                Report("defaultRequest", request, $"default request value {request} is greater than max value {max}");
            if (_request.Has(name) && _default.Has(name) && request > given)
                Report("defaultRequest", request, $"default request value {request} is greater than default limit value {given}");
            if (_default.Has(name) && _min.Has(name) && min > given)
                Report("default", min, $"min value {min} is greater than default value {given}");
            if (_default.Has(name) && _max.Has(name) && given > max)
                Report("default", max, $"default value {given} is greater than max value {max}");
            CheckRatio(name, path, errors);
            if (_default.Has(name) && _request.Has(name) && given != request && !ResourceNames.IsOvercommitAllowed(name))
                Report("defaultRequest", request, $"default value {given} must equal to defaultRequest value {request} in {name}");

            void Report(string list, Quantity amount, string why) => errors.Invalid(path.Child(list).Key(name), amount.ToString(), why);
        }

        private void CheckRatio(string name, FieldPath path, FieldErrors errors)
        {
            if (!_ratio.Has(name))
                return;
            var ratio = _ratio[name];
            var place = path.Child("maxLimitRequestRatio").Key(name);
            if (ratio < Quantity.FromUnits(1))
                errors.Invalid(place, ratio.ToString(), $"ratio {ratio} is less than 1");
            if (!_min.Has(name) || !_max.Has(name))
                return;
            // As upstream: in thousandths, rounded up, unless one of them is too large for that.
            var (max, min) = (_max[name], _min[name]);
            var fine = ratio.Value < MostMillis && max.Value < MostMillis && min.Value < MostMillis;
            var widest = fine ? (double)max.MilliValue / min.MilliValue : (double)max.Value / min.Value;
            if ((fine ? ratio.MilliValue / 1000.0 : ratio.Value) > widest)
                errors.Invalid(place, ratio.ToString(), $"ratio {ratio} is greater than max/min = {Shown(widest)}");
        }

        private static string Shown(double quotient) => double.IsNegativeInfinity(quotient) ? "-Inf" : quotient.ToString("F6", CultureInfo.InvariantCulture);

        private void CheckNames(Amounts amounts, FieldPath path, FieldErrors errors)
        {
            foreach (var name in amounts.Names)
                errors.Invalid(path.Key(name), name, type is Pod or Container ? ResourceNames.OfContainer(name) : ResourceNames.OfAnything(name));
        }
    }
}
