using System.Buffers.Binary;

namespace ActorKube.Testing.Containers;

/// <summary>
/// The first process of a pod, as an x86-64 ELF file of its own making, so that no compiler is needed: it has children reaped by the kernel (SIGCHLD
/// ignored) and sleeps. As the init of its namespace it takes no signal but SIGKILL, which is what runtimes send it.
/// </summary>
internal static class PauseProgram
{
    private const ulong LoadAddress = 0x400000;
    private const int HeaderBytes = 64 + 56;

    private static readonly byte[] Code =
    [
        0xB8, 0x0D, 0x00, 0x00, 0x00,             // mov eax, 13            rt_sigaction(
        0xBF, 0x11, 0x00, 0x00, 0x00,             // mov edi, 17              SIGCHLD,
        0x48, 0x8D, 0x35, 0x13, 0x00, 0x00, 0x00, // lea rsi, [rip+action]    action,
        0x31, 0xD2,                               // xor edx, edx             none,
        0x41, 0xBA, 0x08, 0x00, 0x00, 0x00,       // mov r10d, 8              8)
        0x0F, 0x05,                               // syscall
        0xB8, 0x22, 0x00, 0x00, 0x00,             // mov eax, 34            pause()
        0x0F, 0x05,                               // syscall
        0xEB, 0xF7,                               // jmp to the second mov
        0x01, 0, 0, 0, 0, 0, 0, 0,                // action: SIG_IGN,
        0, 0, 0, 0, 0, 0, 0, 0,                   //   flags,
        0, 0, 0, 0, 0, 0, 0, 0,                   //   restorer,
        0, 0, 0, 0, 0, 0, 0, 0,                   //   mask
    ];

    /// <summary>The file.</summary>
    public static byte[] Build()
    {
        var file = new byte[HeaderBytes + Code.Length];
        ReadOnlySpan<byte> identification = [0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1];
        identification.CopyTo(file);
        U16(16, 2);                           // executable
        U16(18, 62);                          // x86-64
        U32(20, 1);
        U64(24, LoadAddress + HeaderBytes);   // entry point
        U64(32, 64);                          // program header follows
        U16(52, 64);
        U16(54, 56);
        U16(56, 1);
        U32(64, 1);                           // load,
        U32(68, 5);                           // readable and executable,
        U64(80, LoadAddress);
        U64(88, LoadAddress);
        U64(96, (ulong)file.Length);          // the whole file
        U64(104, (ulong)file.Length);
        U64(112, 0x1000);
        Code.CopyTo(file, HeaderBytes);
        return file;

        void U16(int at, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at), value);
        void U32(int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at), value);
        void U64(int at, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(at), value);
    }
}
