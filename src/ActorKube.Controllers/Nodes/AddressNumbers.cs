using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace ActorKube.Controllers.Nodes;

/// <summary>Addresses as numbers, to count with.</summary>
internal static class AddressNumbers
{
    public static UInt128 Number(this IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        return bytes.Length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    public static IPAddress Address(UInt128 number, AddressFamily family)
    {
        var bytes = new byte[Width(family) / 8];
        if (bytes.Length == 4)
            BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)number);
        else
            BinaryPrimitives.WriteUInt128BigEndian(bytes, number);
        return new IPAddress(bytes);
    }

    /// <summary>Bits of an address.</summary>
    public static int Width(AddressFamily family) => family == AddressFamily.InterNetwork ? 32 : 128;
}
