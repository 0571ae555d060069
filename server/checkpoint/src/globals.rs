//! What pickles import: what weights need, what is passed over, and what is refused.

/// What something that a pickle imports is to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// State dicts are made of it.
    Needed,
    /// A class of modules.
    Module,
    /// A plain object beside the weights.
    PassedOver,
    /// A function that makes tensors of a kind that is not read.
    UnknownTensor,
    /// Code that would do more than hold data.
    Runs,
}

/// Modules of which nothing belongs into weights: they reach the system, run code, or load further code.
const DANGEROUS: [&str; 44] = [
    "__builtin__",
    "_io",
    "_posixsubprocess",
    "_thread",
    "aiohttp",
    "asyncio",
    "bdb",
    "builtins",
    "code",
    "codeop",
    "commands",
    "concurrent",
    "ctypes",
    "doctest",
    "ftplib",
    "functools",
    "http",
    "importlib",
    "io",
    "marshal",
    "multiprocessing",
    "nt",
    "ntpath",
    "operator",
    "os",
    "pathlib",
    "pdb",
    "pickle",
    "pip",
    "platform",
    "posix",
    "profile",
    "pty",
    "pydoc",
    "requests",
    "runpy",
    "shutil",
    "socket",
    "ssl",
    "subprocess",
    "sys",
    "timeit",
    "urllib",
    "webbrowser",
];

/// Of these modules what only makes data.
const HARMLESS_BUILTINS: [&str; 15] = [
    "str",
    "bool",
    "bytearray",
    "bytes",
    "complex",
    "dict",
    "float",
    "frozenset",
    "int",
    "list",
    "object",
    "range",
    "set",
    "slice",
    "tuple",
];

/// Of PyTorch what loads or runs something.
const DANGEROUS_TORCH: [&str; 9] = [
    "torch.hub",
    "torch.load",
    "torch.jit",
    "torch.package",
    "torch.utils.cpp_extension",
    "torch.utils.data",
    "torch.distributed",
    "torch._dynamo",
    "torch.serialization",
];

/// Functions of which tensors are made here.
const REBUILD: [&str; 6] = [
    "torch._utils._rebuild_tensor",
    "torch._utils._rebuild_tensor_v2",
    "torch._utils._rebuild_tensor_v3",
    "torch._utils._rebuild_parameter",
    "torch._utils._rebuild_parameter_with_state",
    "torch._tensor._rebuild_from_type_v2",
];

/// The role of what a pickle imports.
pub(crate) fn role(module: &str, name: &str) -> Role {
    let full = format!("{module}.{name}");
    let root = module.split('.').next().unwrap_or(module);
    let builtin = module == "builtins" || module == "__builtin__";
    let of_torch = DANGEROUS_TORCH.iter().any(|bad| {
        full == *bad
            || full
                .strip_prefix(bad)
                .is_some_and(|rest| rest.starts_with('.'))
    });
    match full.as_str() {
        "collections.OrderedDict" | "collections.defaultdict" | "collections.Counter" => {
            Role::Needed
        }
        _ if REBUILD.contains(&full.as_str()) => Role::Needed,
        _ if name.starts_with("_rebuild") => Role::UnknownTensor,
        _ if builtin && HARMLESS_BUILTINS.contains(&name) => Role::Needed,
        // A name with dots reaches through a module to another.
        _ if name.contains('.') && root != "torch" => Role::Runs,
        // Packages of networks have such names too; Python's modules have no parts.
        _ if ["code", "commands", "profile"].contains(&root) && module != root => Role::PassedOver,
        _ if of_torch || DANGEROUS.contains(&root) => match full.as_str() {
            "pathlib.PosixPath"
            | "pathlib.WindowsPath"
            | "pathlib.PurePosixPath"
            | "functools.partial" => Role::PassedOver,
            _ => Role::Runs,
        },
        _ if module == "torch" && (name.ends_with("Storage") || name == "Size") => Role::Needed,
        "torch.storage.UntypedStorage"
        | "torch.storage.TypedStorage"
        | "torch._tensor.Tensor"
        | "torch.nn.parameter.Parameter"
        | "torch.nn.parameter.Buffer"
        | "torch.Tensor" => Role::Needed,
        "_codecs.encode" => Role::PassedOver,
        _ if module == "torch" && is_dtype(name) => Role::Needed,
        _ if module.starts_with("torch.nn.modules") => Role::Module,
        _ => Role::PassedOver,
    }
}

fn is_dtype(name: &str) -> bool {
    [
        "float", "int", "uint", "bfloat", "half", "double", "long", "short", "bool", "device",
        "complex",
    ]
    .iter()
    .any(|begin| name.starts_with(begin))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_need_little_and_the_rest_is_told_apart() {
        for (module, name, expected) in [
            ("collections", "OrderedDict", Role::Needed),
            ("torch", "FloatStorage", Role::Needed),
            ("torch._utils", "_rebuild_tensor_v2", Role::Needed),
            ("torch._utils", "_rebuild_qtensor", Role::UnknownTensor),
            ("my.code", "_rebuild_anything", Role::UnknownTensor),
            ("builtins", "set", Role::Needed),
            ("builtins", "exec", Role::Runs),
            ("builtins", "getattr", Role::Runs),
            ("os.path", "join", Role::Runs),
            ("torch.hub", "load", Role::Runs),
            ("torch", "load", Role::Runs),
            ("my.code", "thing.system", Role::Runs),
            ("argparse", "Namespace", Role::PassedOver),
            ("numpy.core.multiarray", "scalar", Role::PassedOver),
            ("torch.nn.modules.conv", "Conv2d", Role::Module),
            ("models.resnet", "ResNet", Role::PassedOver),
        ] {
            assert_eq!(role(module, name), expected, "{module}.{name}");
        }
    }
}
