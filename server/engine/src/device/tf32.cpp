// What tch does not wrap: LibTorch's setting for single-precision convolutions on a GPU, which it rounds to TF32 unless told otherwise.
// Matrix products are held to single precision either way, as LibTorch itself does unless an environment variable says otherwise.

#include <ATen/Context.h>

namespace {
constexpr auto GPU = at::Float32Backend::CUDA;
constexpr auto CONVOLUTION = at::Float32Op::CONV;
} // namespace

extern "C" void valleyscope_allow_tf32(bool allow) {
  auto& context = at::globalContext();
  context.setAllowTF32CuBLAS(false);
  context.setFloat32Precision(
      GPU,
      CONVOLUTION,
      allow ? at::Float32Precision::TF32 : at::Float32Precision::IEEE);
}

extern "C" bool valleyscope_allows_tf32() {
  const auto& context = at::globalContext();
  return context.float32Precision(GPU, CONVOLUTION) == at::Float32Precision::TF32 ||
      context.allowTF32CuBLAS();
}
