using System.Globalization;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;

namespace ActorKube.Controllers.Workloads;

/// <summary>
/// What the names of pods follow from: an endless sequence for each owner, of which is remembered how much of it is used up, so that no pod gets the name of one that is gone. A successor of a controller that died
/// between creating pods and seeing them comes to the same names, whatever else was written on the owner meanwhile, and the API server refuses what exists already. Should what was remembered last have been
/// lost, too, the names of the pods that are seen are left out, and the next ones are again the same (ADR 0172).
/// </summary>
/// <param name="Seed">Which sequence.</param>
/// <param name="From">How many of its names are used up.</param>
internal readonly record struct NameSequence(ulong Seed, ulong From)
{
    /// <summary>The names of an owner's next pods.</summary>
    /// <param name="context">What is remembered of the owner.</param>
    /// <param name="owner">The owner.</param>
    /// <param name="more">What tells several sequences of one owner apart.</param>
    public static NameSequence Of(ReconcileContext context, StoredObject owner, string more = "") => new(SafeNames.Fnv64($"{owner.Head.Uid}{more}"), UsedUp(context));

    /// <summary>What is to be remembered when so many pods have been made.</summary>
    public static string After(ReconcileContext context, int made) => (UsedUp(context) + (ulong)made).ToString(CultureInfo.InvariantCulture);

    /// <summary>The plan for an owner that is gone.</summary>
    public static Plan Forget(ReconcileContext context) => context.Memory.Length > 0 ? new Plan { Memory = "" } : Plan.Nothing;

    private static ulong UsedUp(ReconcileContext context) => ulong.TryParse(context.Memory, NumberStyles.None, CultureInfo.InvariantCulture, out var used) ? used : 0;
}
