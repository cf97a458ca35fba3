namespace ActorKube.Api.Validation;

/// <summary>Numbers in texts.</summary>
public static class DecimalNumbers
{
    /// <summary>What is wrong with an integer as a person writes it: no sign but a minus, no leading zeros; null for a good one.</summary>
    public static string? Integer(string value)
    {
        if (value.Length == 0)
            return Wording.NonEmpty;
        var digits = value.AsSpan(value[0] == '-' ? 1 : 0);
        var good = !digits.IsEmpty && digits.IndexOfAnyExceptInRange('0', '9') < 0 && (digits[0] != '0' || value == "0");
        return good ? null : "must be a valid decimal integer in canonical form";
    }
}
