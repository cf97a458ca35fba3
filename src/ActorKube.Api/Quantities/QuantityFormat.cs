namespace ActorKube.Api.Quantities;

/// <summary>How a quantity is written. It follows from how it was written when read, and survives arithmetic.</summary>
public enum QuantityFormat
{
    /// <summary>Powers of ten with a letter: <c>100m</c>, <c>5</c>, <c>2k</c>.</summary>
    DecimalSI,

    /// <summary>Powers of 1024: <c>64Mi</c>.</summary>
    BinarySI,

    /// <summary>Powers of ten as exponents: <c>12e6</c>.</summary>
    DecimalExponent,
}
